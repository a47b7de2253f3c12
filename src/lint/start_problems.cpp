// SPDX-License-Identifier: Apache-2.0
// What keeps a program from running, in words.
#include "lint/start_chain.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

constexpr std::size_t kLongestLabel = 200;

std::string quoted(std::string_view text) {
  return "'" + shorten(text, kLongestLabel) + "'";
}

std::optional<std::string> content_problem(const StartStep& step) {
  if (step.role == StartStep::Role::loader) return std::nullopt;  // Its content is not read.
  switch (step.head.kind) {
    case ProgramHead::Kind::script:
      if (const auto problem = shebang_problem(step.head))
        return "the first line of " + label(step) + " cannot work: " + *problem;
      return std::nullopt;
    case ProgramHead::Kind::empty:
      return step.role == StartStep::Role::env_program ? std::nullopt
                                                       : std::optional(label(step) + " is an empty file");
    case ProgramHead::Kind::text:
      if (step.role == StartStep::Role::env_program) return std::nullopt;  // execvp hands it to sh.
      return label(step) + " is a text without a '#!' line";
    default: return std::nullopt;
  }
}

}  // namespace

std::string label(const StartStep& step) {
  return quoted(step.wanted);
}

std::string why_not_found(const StartStep& step) {
  if (!step.refused.empty()) return fmt::format("{} cannot be started: {}", label(step), step.refused);
  if (step.wanted.find('/') == std::string::npos && step.role != StartStep::Role::interpreter) {
    if (step.tried.empty()) return label(step) + " is not found: PATH is empty";
    std::vector<std::string> folders;
    for (const std::string& path : step.tried) folders.push_back(path.substr(0, path.rfind('/')));
    return fmt::format("{} is in no folder of PATH ({})", label(step), shorten(join(folders, ":"), kLongestLabel));
  }
  const Resolved& lookup = step.resolved;
  if (lookup.outcome == Resolved::Outcome::loop) {
    return fmt::format("{} cannot be reached: its links lead in a circle ({})", label(step),
                       quoted(lookup.links.back()));
  }
  if (lookup.outcome == Resolved::Outcome::not_a_directory) {
    return fmt::format("{} does not exist: {} is no folder", label(step), quoted(lookup.path));
  }
  if (!lookup.links.empty()) {
    return fmt::format("{} does not exist: the link {} leads to {}, which is missing", label(step),
                       quoted(lookup.links.back()), quoted(lookup.path));
  }
  return label(step) + " does not exist";
}

std::optional<std::string> why_not_executable(const StartStep& step) {
  const FileNode& node = step.resolved.node;
  if (step.is_directory) return label(step) + " is a folder";
  if (!node.is_file()) return label(step) + " is no regular file";
  if (!step.blocked_by.empty()) {
    return fmt::format("{} is out of reach: the user may not enter the folder {}", label(step),
                       quoted(step.blocked_by));
  }
  if (step.executable) return std::nullopt;
  return fmt::format("{} may not be executed by the user: mode {:04o}, owner {}:{}", label(step), node.mode, node.uid,
                     node.gid);
}

std::optional<std::string> shebang_problem(const ProgramHead& head) {
  if (head.has_bom) return "a byte order mark stands before '#!'";
  if (head.shebang_too_long) return fmt::format("it is longer than the {} bytes that Linux reads", kShebangBuffer - 1);
  if (head.interpreter.empty()) return "no interpreter is named after '#!'";
  if (head.shebang_has_cr) return "it ends in CR LF, and the CR becomes a part of the name";
  return std::nullopt;
}

LayerFile location_of(const StartStep& step) {
  if (!step.found) return {std::nullopt, step.resolved.path.empty() ? step.wanted : step.resolved.path};
  return {step.resolved.node.layer, step.resolved.path};
}

const StartStep* wrong_machine(const StartChain& chain) {
  for (const StartStep& step : chain.steps) {
    if (!step.found || step.role == StartStep::Role::loader) continue;
    const ProgramHead::Kind kind = step.head.kind;
    if (kind == ProgramHead::Kind::elf && (!step.head.is_x86_64() || !step.head.elf_fault.empty())) return &step;
    if (kind == ProgramHead::Kind::mach_o || kind == ProgramHead::Kind::pe || kind == ProgramHead::Kind::binary)
      return &step;
  }
  return nullptr;
}

std::optional<std::string> chain_problem(const StartChain& chain) {
  const StartStep* wrong = wrong_machine(chain);
  for (const StartStep& step : chain.steps) {
    if (!step.found) {
      return step.role == StartStep::Role::loader ? "its loader " + why_not_found(step) : why_not_found(step);
    }
    if (auto problem = why_not_executable(step)) return problem;
    if (&step == wrong) return std::nullopt;
    if (auto problem = content_problem(step)) return problem;
  }
  if (chain.too_deep) return "its interpreters are scripts that lead to one another without end";
  return std::nullopt;
}

}  // namespace sidecarctl::lint
