// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

bool must_be_read(const StartStep& step, bool by_shell) {
  return step.is_script() || (by_shell && step.found && step.head.kind == ProgramHead::Kind::text);
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  if (!start.user_exists) return Verdict::not_applicable("there is no such user to ask for: SDC101 to SDC105 say so");
  bool has_script = false;
  for (const StartStep& step : start.chain.steps) {
    if (!must_be_read(step, start.form == StartFacts::Form::shell)) continue;
    has_script = true;
    if (step.readable || why_not_executable(step)) continue;  // What may not be executed is SDC703 or SDC706.
    const FileNode& node = step.resolved.node;
    report_start_fault(start,
                       Finding{fmt::format("{} may be executed but not read by the user, so its interpreter cannot "
                                           "open it: mode {:04o}, owner {}:{}",
                                           label(step), node.mode, node.uid, node.gid),
                               location_of(step),
                               fmt::format("COPY --chmod=755 ..., or RUN chmod 755 {} before USER", step.resolved.path),
                               fmt::format("{:04o}", node.mode),
                               {}},
                       findings);
  }
  return has_script ? Verdict::decided() : Verdict::not_applicable("the program is no script");
}

}  // namespace

extern constinit const Rule sdc711_script_not_readable{
    "SDC711", "script-not-readable", Severity::error, Needs::files, Origin::runtime, "The user may not read the script",
    check};

}  // namespace sidecarctl::lint
