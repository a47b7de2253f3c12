// SPDX-License-Identifier: Apache-2.0
// A small, tolerant reader of shell command lines: enough to tell which program `sh -c TEXT` starts first. What it
// cannot tell it says so; it never guesses.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

/// One word after quote removal and expansion.
struct ShellWord {
  std::string text;  ///< As far as it is known.
  std::string
      unknown_reason;   ///< "" when `text` is all of it; else why not: "the variable 'APP' has no value in the image".
  bool quoted = false;  ///< A part of it was quoted: never a reserved word or a pattern.
  bool known() const noexcept { return unknown_reason.empty(); }
};

/// What the command line runs first that is not part of the shell.
struct ShellCommand {
  enum class Kind {
    empty,    ///< Nothing at all: blanks and comments.
    program,  ///< `word` is looked up and started.
    builtin,  ///< Only parts of the shell itself run, or a condition decides; `word` is the one that ends the search.
    unknown,  ///< `unknown_reason` says why.
  };
  Kind kind = Kind::empty;
  std::string word;
  std::vector<ShellWord> arguments;  ///< Of the program.
  std::string unknown_reason;
  bool replaces_shell = false;  ///< `exec`: signals reach the program.
  /// Why the shell goes on when the program cannot be started ("'||' stands behind it"); "" when the start fails then.
  std::string goes_on;

  std::optional<std::string> working_dir;  ///< Where `cd` led to.
  std::optional<std::string> path;         ///< PATH as the text set it.
  /// Why the environment of the program is not all known ("it reads '/etc/profile' first"): what is not found then may
  /// still be there. "" when it is known.
  std::string uncertain;
};

/// What a command line starts with.
struct ShellStart {
  std::map<std::string, std::string, std::less<>> variables;  ///< The image's environment.
  std::string working_dir = "/";
  bool exits_on_error = false;  ///< `sh -ec`: a command that fails ends the shell.
};

ShellCommand first_command(std::string_view text, const ShellStart& start);

/// A command line longer than this is not looked at: nobody writes it, and a hostile image could.
inline constexpr std::size_t kMaxShellText = 64UL * 1024;

/// The shell form of argv taken apart: `/bin/sh -c TEXT`, also `/bin/bash -o pipefail -ec TEXT` or `busybox sh -c
/// TEXT`.
struct ShellForm {
  std::vector<std::string> shell;  ///< All before TEXT.
  bool exits_on_error = false;     ///< -e is among them.
  std::string text;
  std::vector<std::string> positional;  ///< All after TEXT: $0, $1, ...
};
std::optional<ShellForm> split_shell_form(const std::vector<std::string>& argv);

/// ENTRYPOINT ['a', 'b'] is no JSON, so builders take it for a command line and the shell gets it as it is.
bool is_pseudo_json(std::string_view text);

/// Does that program run shell scripts? By its name: "/bin/bash", "sh", "ash".
bool is_shell_name(std::string_view program);

/// What `env` does with its arguments: the program it starts, with which PATH.
struct EnvCall {
  std::optional<std::string> program;      ///< nullopt: it only prints the environment.
  std::vector<ShellWord> arguments;        ///< Of the program.
  bool splits = false;                     ///< -S was used.
  std::optional<std::string> path;         ///< PATH=VALUE among its arguments; "" after -i without one.
  std::optional<std::string> working_dir;  ///< -C.
  std::string unknown_reason;              ///< The program cannot be told.
  std::string bad_option;                  ///< An option that env does not have: it would stop.
};
EnvCall parse_env_call(std::vector<ShellWord> arguments);

}  // namespace sidecarctl::lint
