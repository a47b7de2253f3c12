// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

#include <utility>

namespace sidecarctl::lint {

namespace {

std::string what_it_is(const ProgramHead& head) {
  switch (head.kind) {
    case ProgramHead::Kind::mach_o: return "is a program for macOS";
    case ProgramHead::Kind::pe: return "is a program for Windows";
    case ProgramHead::Kind::elf: break;
    default: return "is neither a program nor a script";
  }
  if (!head.elf_fault.empty()) return "is damaged: " + head.elf_fault;
  if (head.elf_machine == kMachineX86_64) return "is a 32-bit x86-64 program (x32), which common kernels do not run";
  return fmt::format("is a program for {}, not for x86-64", machine_name(head.elf_machine));
}

std::string fix_of(const ProgramHead& head) {
  if (head.kind == ProgramHead::Kind::elf && head.elf_fault.empty()) {
    return "build it for linux/amd64: docker build --platform linux/amd64, GOARCH=amd64, --target "
           "x86_64-unknown-linux-gnu";
  }
  return "copy the whole program, built for linux/amd64";
}

bool is_for_another_platform(const ImageConfig& config) {
  const std::string& architecture = config.platform.architecture;
  return !architecture.empty() && architecture != "amd64" && architecture != "x86_64";
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  if (is_for_another_platform(*subject.config()))
    return Verdict::not_applicable("the whole image is not for amd64: SDC201 says so");
  const StartFacts& start = subject.start();
  const StartStep* wrong = wrong_machine(start.shell_chain);
  const bool in_shell = wrong != nullptr;
  if (!in_shell) {
    if (auto verdict = answered_before(start)) return *verdict;
    wrong = wrong_machine(start.chain);
  }
  if (wrong == nullptr) return Verdict::decided();
  const bool is_i386 = wrong->head.kind == ProgramHead::Kind::elf && wrong->head.elf_machine == kMachine386 &&
                       wrong->head.elf_fault.empty();
  Finding fault{
      label(*wrong) + " " + what_it_is(wrong->head), location_of(*wrong), fix_of(wrong->head),
      wrong->head.kind == ProgramHead::Kind::elf ? std::optional(machine_name(wrong->head.elf_machine)) : std::nullopt,
      is_i386 ? std::optional(Severity::warning) : std::nullopt};
  if (in_shell) {
    findings.push_back(std::move(fault));
  } else {
    report_start_fault(start, std::move(fault), findings);
  }
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc704_wrong_machine{
    "SDC704", "wrong-machine", Severity::error, Needs::files, Origin::requirement, "The program is not for linux/amd64",
    check};

}  // namespace sidecarctl::lint
