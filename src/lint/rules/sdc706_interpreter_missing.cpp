// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

using Role = StartStep::Role;

std::optional<std::string> problem_of(const StartStep& step) {
  if (!step.found) return why_not_found(step);
  if (auto problem = why_not_executable(step)) return problem;
  const ProgramHead::Kind kind = step.head.kind;
  if (step.role == Role::interpreter && (kind == ProgramHead::Kind::text || kind == ProgramHead::Kind::empty)) {
    return label(step) + " is no program and has no '#!' line";
  }
  return std::nullopt;
}

std::string fix_of(const StartStep& step) {
  const std::size_t blank = step.wanted.find(' ');
  if (step.role == Role::env_program && blank != std::string::npos) {
    return fmt::format("#!/usr/bin/env -S {}: without -S, Linux hands env all the words as one", step.wanted);
  }
  return fmt::format("install '{}' in the final stage, or name an interpreter that is there",
                     file_name_of(step.wanted));
}

/// What is wrong with how `env` is used, though everything is there.
void check_env(const StartFacts& start, std::vector<Finding>& findings) {
  const StartChain& chain = start.chain;
  for (const StartStep& step : chain.steps) {
    if (!step.found || file_name_of(step.wanted) != "env") continue;
    if (!chain.bad_env_option.empty()) {
      report_start_fault(
          start,
          Finding{fmt::format("'env' does not know the option '{}' of the first line", chain.bad_env_option),
                  location_of(chain.steps.front()),
                  "#!/usr/bin/env PROGRAM",
                  chain.bad_env_option,
                  {}},
          findings);
    } else if (chain.env_splits && file_name_of(step.resolved.path) == "busybox") {
      report_start_fault(
          start,
          Finding{"the script uses 'env -S', which the env of busybox does not have", location_of(chain.steps.front()),
                  "name the interpreter itself, or install coreutils", "-S", Severity::warning},
          findings);
    }
  }
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  const StartStep& program = *start.program();
  if (start.chain.steps.size() == 1 && !program.is_script()) return Verdict::not_applicable("the program is no script");
  for (const StartStep& step : start.chain.steps) {
    if (step.role != Role::interpreter && step.role != Role::env_program) continue;
    if (const auto problem = problem_of(step)) {
      report_start_fault(start,
                         Finding{fmt::format("{} cannot be interpreted: {}", label(program), *problem),
                                 location_of(program),
                                 fix_of(step),
                                 step.wanted,
                                 {}},
                         findings);
      return Verdict::decided();
    }
  }
  if (start.chain.too_deep) {
    report_start_fault(
        start,
        Finding{
            label(program) + " cannot be interpreted: its interpreters are scripts, more than the 5 that Linux follows",
            location_of(program),
            "name a program as interpreter, not a script",
            {},
            {}},
        findings);
    return Verdict::decided();
  }
  if (!start.chain.unknown_reason.empty()) return Verdict::unknown(start.chain.unknown_reason);
  if (program.is_script() && shebang_problem(program.head))
    return Verdict::not_applicable("the first line cannot work: SDC707 says so");
  check_env(start, findings);
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc706_interpreter_missing{
    "SDC706",     "interpreter-missing", Severity::error,
    Needs::files, Origin::runtime,       "The interpreter of the script is not in the image",
    check};

}  // namespace sidecarctl::lint
