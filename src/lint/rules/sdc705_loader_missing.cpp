// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

std::string fix_of(std::string_view loader) {
  if (loader.find("ld-musl") != std::string_view::npos) {
    return "it was built with musl (Alpine): build it in the base image that it runs in, or link it statically";
  }
  if (loader.find("ld-linux") != std::string_view::npos) {
    return "it was built with glibc: use a glibc base image in the final stage, or link it statically (CGO_ENABLED=0)";
  }
  return "build it in the base image that it runs in, or link it statically";
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  const StartStep* wrong = wrong_machine(start.chain);
  const StartStep* owner = nullptr;
  for (const StartStep& step : start.chain.steps) {
    if (step.role != StartStep::Role::loader) {
      owner = &step;
      continue;
    }
    if (owner == wrong && owner->head.elf_machine != kMachine386)
      return Verdict::not_applicable("the program is for another machine: SDC704 says so");
    const auto problem = step.found ? why_not_executable(step) : why_not_found(step);
    if (!problem) continue;
    report_start_fault(start,
                       Finding{fmt::format("{} needs its loader to start, but {}", label(*owner), *problem),
                               location_of(*owner),
                               fix_of(step.wanted),
                               step.wanted,
                               {}},
                       findings);
    return Verdict::decided();
  }
  if (!start.chain.unknown_reason.empty()) return Verdict::unknown(start.chain.unknown_reason);
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc705_loader_missing{
    "SDC705",     "loader-missing", Severity::error,
    Needs::files, Origin::runtime,  "The ELF loader that the program names is not in the image",
    check};

}  // namespace sidecarctl::lint
