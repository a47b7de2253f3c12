// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

std::string fix_of(const ProgramHead& head) {
  if (head.shebang_has_cr)
    return "sed -i 's/\\r$//' FILE, and '*.sh text eol=lf' in .gitattributes for the next checkout";
  if (head.has_bom) return "save the file as UTF-8 without byte order mark: sed -i '1s/^\\xEF\\xBB\\xBF//' FILE";
  if (head.interpreter.empty() && !head.shebang_too_long) return "#!/bin/sh";
  return "put the program behind a shorter path, a link for example";
}

/// Shells and env hand a file that the kernel refuses to sh; only a wrong name is final.
bool runs_all_the_same(const ProgramHead& head) {
  return head.has_bom || head.shebang_too_long || head.interpreter.empty();
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  bool has_script = false;
  bool has_fallback = start.form == StartFacts::Form::shell;
  for (const StartStep& step : start.chain.steps) {
    has_fallback |= step.role == StartStep::Role::env_program;
    if (!step.is_script()) continue;
    has_script = true;
    if (const auto problem = shebang_problem(step.head)) {
      const bool is_mild = has_fallback && runs_all_the_same(step.head);
      report_start_fault(start,
                         Finding{fmt::format("the first line of {} cannot work: {}{}", label(step), *problem,
                                             is_mild ? "; it is run by sh instead" : ""),
                                 location_of(step), fix_of(step.head), "#!" + step.head.shebang,
                                 is_mild ? std::optional(Severity::warning) : std::nullopt},
                         findings);
    } else if (step.head.argument_cut) {
      report_start_fault(
          start,
          Finding{fmt::format("the first line of {} is longer than {} bytes: Linux cuts its argument", label(step),
                              kShebangBuffer - 1),
                  location_of(step), "move the arguments into the script", "#!" + step.head.shebang, Severity::warning},
          findings);
    }
  }
  return has_script ? Verdict::decided() : Verdict::not_applicable("the program is no script");
}

}  // namespace

extern constinit const Rule sdc707_shebang_cannot_work{
    "SDC707",     "shebang-cannot-work", Severity::error,
    Needs::files, Origin::runtime,       "The first line of the script cannot work",
    check};

}  // namespace sidecarctl::lint
