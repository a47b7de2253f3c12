// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sidecarctl::entrypoint {

/// Why a command cannot run; exit_code 0: it can, as far as can be known without running it.
struct Refusal {
  int exit_code = 0;
  std::string reason;
};

/// Looks the program up as execvp would, and checks what execve would refuse: execute permission of this uid, machine,
/// loader,
/// `#!` interpreter. `path` gets the file found.
Refusal check_program(const std::string& program, const char* search_path, std::string& path);

/// What the first bytes of a program say about it.
struct ProgramHead {
  enum class Kind { elf, script, empty, other };
  Kind kind = Kind::other;
  std::string machine;      ///< Of an ELF file that is not for x86-64 or i386: its name.
  std::string interpreter;  ///< Of a script: after "#!".
  std::string argument;     ///< Of a script: what follows the interpreter, as one word.
};
ProgramHead parse_program_head(std::string_view head);

/// The word that `env` will run: skips -S, assignments and options. Empty: cannot be told.
std::string env_program(std::string_view argument);

}  // namespace sidecarctl::entrypoint
