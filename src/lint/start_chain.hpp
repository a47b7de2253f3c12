// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "lint/program_search.hpp"
#include "lint/rule.hpp"
#include "lint/shell_words.hpp"
#include "lint/user_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sidecarctl::lint {

/// A program and all that the kernel needs to start it, in that order.
struct StartChain {
  std::vector<StartStep> steps;  ///< The program first; empty when there is none to look at.
  std::string unknown_reason;    ///< Why the steps after the last could not be told; "" if they could.
  bool too_deep = false;         ///< More scripts are one another's interpreters than Linux follows.
  bool env_splits = false;       ///< `env -S` takes part.
  std::string bad_env_option;    ///< An option that env does not have; "" if none.
};

struct ProgramCall {
  std::string program;
  std::vector<ShellWord> arguments;  ///< Without the program itself.
};

/// Follows a program to its interpreters, env's program and the ELF loader, as Linux would.
StartChain follow_program(ImageFiles& files, const ProgramCall& call, const ProgramSearch& search,
                          const UserFacts& user);

/// The first step that is an ELF file for another machine than x86-64, or a program of another system; nullptr: none.
const StartStep* wrong_machine(const StartChain& chain);

/// Why the chain cannot run, as the end of a sentence ("'/bin/sh' does not exist"), leaving out wrong_machine();
/// nullopt when nothing is in the way.
std::optional<std::string> chain_problem(const StartChain& chain);

// Parts of sentences about one step.
std::string label(const StartStep& step);  ///< "'python3'", shortened.
std::string why_not_found(
    const StartStep& step);  ///< "'/bin/sh' does not exist: the link '/bin/sh -> busybox' leads nowhere"
std::optional<std::string> why_not_executable(
    const StartStep& step);  ///< Of one that was found; nullopt: it is executable.
/// Why the kernel cannot use a script's first line; nullopt: it can.
std::optional<std::string> shebang_problem(const ProgramHead& head);
LayerFile location_of(const StartStep& step);

}  // namespace sidecarctl::lint
