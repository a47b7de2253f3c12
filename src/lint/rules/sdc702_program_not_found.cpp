// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/start_suggestions.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before_search(start)) return *verdict;
  const StartStep& program = *start.program();
  if (program.found) return Verdict::decided();
  if (!start.uncertain.empty()) return Verdict::unknown("the program was not found, but " + start.uncertain);
  std::string message = why_not_found(program);
  if (program.resolved.outcome == Resolved::Outcome::missing && !program.resolved.path.empty()) {
    if (const auto layer = subject.files()->removed_in(program.resolved.path))
      message += fmt::format("; layer {} removed it", *layer);
  }
  // Who writes that has seen it work in a shell form.
  if (start.form == StartFacts::Form::exec && program.wanted.find('$') != std::string::npos)
    message += "; without a shell, '$' is a part of the name";
  const auto suggestion =
      suggest_program(*subject.files(), program, start.search_path, working_dir_of(*subject.config()));
  if (suggestion) message += "; did you mean '" + *suggestion + "'?";
  report_start_fault(
      start,
      Finding{std::move(message),
              start_field(*subject.config()),
              suggestion ? fmt::format("start '{}', or copy the program to where it is looked for", *suggestion)
                         : "COPY the program into the final stage, and start it by its absolute path",
              program.wanted,
              {}},
      findings);
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc702_program_not_found{
    "SDC702",     "program-not-found", Severity::error,
    Needs::files, Origin::requirement, "The program to start is not in the image",
    check};

}  // namespace sidecarctl::lint
