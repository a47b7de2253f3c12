// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

std::string fix_of(const StartStep& program) {
  if (program.is_directory || !program.resolved.node.is_file()) return "name a program, not what holds it";
  if (!program.blocked_by.empty()) return fmt::format("RUN chmod o+x {}, before USER", program.blocked_by);
  return fmt::format("COPY --chmod=755 ..., or RUN chmod 755 {} before USER", program.resolved.path);
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  const StartStep& program = *start.program();
  const auto problem = why_not_executable(program);
  if (problem) {
    report_start_fault(
        start,
        Finding{*problem, location_of(program), fix_of(program), fmt::format("{:04o}", program.resolved.node.mode), {}},
        findings);
    return Verdict::decided();
  }
  if (!start.user_exists) return Verdict::not_applicable("there is no such user to ask for: SDC101 to SDC105 say so");
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc703_program_not_executable{
    "SDC703",     "program-not-executable", Severity::error,
    Needs::files, Origin::requirement,      "The user may not execute the program",
    check};

}  // namespace sidecarctl::lint
