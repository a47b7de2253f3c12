// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

constexpr std::uint32_t kSetuid = 04000, kSetgid = 02000;

std::string privilege_of(const FileNode& node) {
  if (node.has_capability) return "file capabilities";
  if ((node.mode & kSetuid) != 0) return "the setuid bit";
  return (node.mode & kSetgid) != 0 ? "the setgid bit" : "";
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  for (const StartStep& step : start.chain.steps) {
    if (!step.is_elf() || step.role == StartStep::Role::loader) continue;  // Linux ignores both on scripts.
    const FileNode& node = step.resolved.node;
    const std::string privilege = privilege_of(node);
    if (privilege.empty()) continue;
    findings.push_back(
        Finding{fmt::format("{} has {}: where privileges may not grow it does not get them, and may not start at all",
                            label(step), privilege),
                location_of(step),
                node.has_capability ? fmt::format("RUN setcap -r {}, before USER", step.resolved.path)
                                    : fmt::format("RUN chmod u-s,g-s {}, before USER", step.resolved.path),
                fmt::format("{:04o}", node.mode),
                {}});
  }
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc713_privileged_program{
    "SDC713",     "privileged-program", Severity::warning,
    Needs::files, Origin::runtime,      "The program has file capabilities or a setuid bit",
    check};

}  // namespace sidecarctl::lint
