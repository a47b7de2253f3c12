// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (start.form != StartFacts::Form::shell) return Verdict::not_applicable("no shell takes part in the start");
  const auto problem = chain_problem(start.shell_chain);
  if (problem) {
    findings.push_back(
        Finding{fmt::format("the program is started by '{}', but {}", shorten(join(start.shell, " "), 100), *problem),
                start_field(*subject.config()),
                "exec form, ENTRYPOINT [\"/path/to/program\", \"argument\"], or a base image with a shell",
                start.shell[0],
                {}});
    return Verdict::decided();
  }
  if (wrong_machine(start.shell_chain) != nullptr)
    return Verdict::not_applicable("the shell is for another machine: SDC704 says so");
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc710_shell_missing{
    "SDC710",     "shell-missing", Severity::error,
    Needs::files, Origin::runtime, "The command line needs a shell that cannot run",
    check};

}  // namespace sidecarctl::lint
