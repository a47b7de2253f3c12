// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

std::optional<std::string> problem_of(const StartChain& chain) {
  if (auto problem = chain_problem(chain)) return problem;
  if (const StartStep* wrong = wrong_machine(chain)) return label(*wrong) + " is not for x86-64";
  return std::nullopt;
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const ProgramSearch search{search_path_of(*subject.config()), working_dir_of(*subject.config()), false};
  const StartChain chain = follow_program(*subject.files(), {"tee", {}}, search, subject.user());
  const auto problem = problem_of(chain);
  if (!problem) return Verdict::decided();
  findings.push_back(Finding{"telemetry needs the command 'tee', but " + *problem,
                             ConfigField{"/config/Env"},
                             "install coreutils or busybox in the final stage, and keep its folder in PATH",
                             {},
                             {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc802_no_tee{"SDC802",
                                          "no-tee",
                                          Severity::warning,
                                          Needs::files,
                                          Origin::requirement,
                                          "There is no usable 'tee', which telemetry needs",
                                          check,
                                          true};

}  // namespace sidecarctl::lint
