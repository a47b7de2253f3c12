// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

constexpr std::string_view kShell = "/bin/sh";

std::optional<std::string> problem_of(const StartChain& chain) {
  if (auto problem = chain_problem(chain)) return problem;
  if (const StartStep* wrong = wrong_machine(chain)) return label(*wrong) + " is not for x86-64";
  return std::nullopt;
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  const bool starts_program = start.form == StartFacts::Form::shell && start.shell[0] == kShell;
  const ProgramSearch search{start.search_path, working_dir_of(*subject.config()), false};
  const StartChain chain = follow_program(*subject.files(), {std::string(kShell), {}}, search, subject.user());
  const auto problem = problem_of(chain);
  if (!problem) return Verdict::decided();
  if (starts_program) return Verdict::not_applicable("the program is started by it: SDC710 or SDC704 says so");
  findings.push_back(
      Finding{fmt::format("telemetry needs a shell at {}, but {}", kShell, *problem),
              location_of(chain.steps.front()),
              "choose a base image with a shell, or add one: COPY --from=busybox:musl /bin/busybox /bin/sh",
              {},
              {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc801_no_shell{"SDC801",
                                            "no-shell",
                                            Severity::warning,
                                            Needs::files,
                                            Origin::requirement,
                                            "There is no usable /bin/sh, which telemetry needs",
                                            check,
                                            true};

}  // namespace sidecarctl::lint
