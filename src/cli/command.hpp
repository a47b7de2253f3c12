// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/env.hpp"
#include "cli/exit_code.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace CLI {
class App;
}

namespace sidecarctl {

/// A subcommand: options are members, bound once in declare(), read in run().
class Command {
 public:
  virtual ~Command() = default;
  /// Adds options and positionals to the (empty) app of this command.
  virtual void declare(CLI::App& app) = 0;
  virtual ExitCode run(Env& env) = 0;
  /// Does this run print one JSON document on stdout (--format json)? Then a failure prints one, too.
  virtual bool prints_json() const { return false; }
};

/// An entry of the generated table: file `x_command.cpp` in commands/ defines `x_command`.
struct CommandInfo {
  std::string_view name, group, summary;  ///< group: "Images", "Registries", "Help".
  std::string_view footer;                ///< Examples, shown below the help.
  std::unique_ptr<Command> (*make)();
};

std::span<const CommandInfo* const> all_commands();  // Generated.

}  // namespace sidecarctl
