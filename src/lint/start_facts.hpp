// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/types.hpp"
#include "lint/rule.hpp"
#include "lint/start_chain.hpp"
#include "lint/user_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sidecarctl::lint {

/// What will start, step by step; what SDC702-714 share. Wrappers (`tini -- PROGRAM`) are seen through.
struct StartFacts {
  enum class Form { none, exec, shell };
  Form form = Form::none;
  std::vector<std::string> argv;  ///< Entrypoint and cmd joined, as the runtime does.
  /// The program first. Shell form: of the first command; the shell itself is in `shell_chain`.
  StartChain chain, shell_chain;
  std::vector<std::string> search_path;  ///< Directories that are searched: the image's PATH, else the default one.
  bool user_exists = true;               ///< false: x and r were not judged.

  // shell form
  std::vector<std::string> shell;       ///< {"/bin/sh", "-c"}
  std::string shell_text;               ///< The command line.
  std::vector<std::string> positional;  ///< What follows it: $0, $1, ...
  std::string command_word;             ///< The first command; "" when it cannot be told.
  bool command_is_builtin = false;
  bool replaces_shell = false;  ///< `exec`.
  bool pseudo_json = false;     ///< "['a', 'b']": meant as exec form.
  std::string unknown_reason;   ///< Why the program could not be told; "" if it could.
  std::string goes_on;          ///< Why the start survives when the program does not; "" if it does not.
  std::string uncertain;        ///< Why a program that was not found may be there all the same; "" if it cannot.

  /// The program; nullptr when there is none to look at.
  const StartStep* program() const noexcept { return chain.steps.empty() ? nullptr : &chain.steps.front(); }
};
StartFacts find_start_facts(ImageFiles& files, const ImageConfig& config, const UserFacts& user);

/// Where the program to start is named.
ConfigField start_field(const ImageConfig& config);

/// Adds a fault of the program. Where the shell goes on without the program, it is no error: the start survives.
void report_start_fault(const StartFacts& facts, Finding fault, std::vector<Finding>& findings);

/// The verdict of a rule about the program when an earlier rule has answered already (nothing to start, no shell, not
/// found) or nobody can; nullopt: `facts.program()` is there and was found.
std::optional<Verdict> answered_before(const StartFacts& facts);

/// The same for a rule that asks only whether the program is found (SDC702).
std::optional<Verdict> answered_before_search(const StartFacts& facts);

}  // namespace sidecarctl::lint
