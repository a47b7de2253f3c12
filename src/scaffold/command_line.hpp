// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::scaffold {

/// A command line that a user typed.
struct CommandLine {
  std::vector<std::string> words;  ///< When it has words and quotes only.
  std::string shell;               ///< Else the line itself, for a shell.
  std::string why;                 ///< What asks for a shell: "'|'", "the shell command 'cd'".
};

/// Splits as a POSIX shell does. What only a shell can do (expansions, pipes, lists, redirections, assignments, its own
/// commands) makes it a line for a shell. Throws Error{usage} for a quote without end and for an empty line.
CommandLine parse_command_line(std::string_view text);

}  // namespace sidecarctl::scaffold
