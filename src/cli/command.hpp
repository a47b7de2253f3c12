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
  /// Adds options and positionals to the (empty) app of this command; no subcommands or option groups of CLI11 (use
  /// Option::group for headings). Conventions that help, completion, suggestions and sidecar.toml rely on:
  /// - a value out of a list: `->check(CLI::IsMember({"a", "b"}))`; a path: `->type_name("FILE")` ("DIR", "PATH"),
  /// which
  ///   is then completed, and read relative to the folder of sidecar.toml when it stands there;
  /// - another label in the help: `->type_name("SIZE")`; the default is the member's value at declaration;
  /// - a value that may be left out is a flag: `add_flag("--fix{all}", text)` takes `--fix` and `--fix=diff`;
  /// - a vector takes one value for each `--option`; of a single value the last one wins.
  /// Every long option may also come from the environment or sidecar.toml. It then counts as given.
  virtual void declare(CLI::App& app) = 0;
  virtual ExitCode run(Env& env) = 0;
  /// Does this run print one JSON document on stdout (--format json)? Then a failure prints one, too.
  virtual bool prints_json() const { return false; }
  /// May options come from sidecar.toml and the environment? A broken file must not break `version`.
  virtual bool reads_configuration() const { return true; }
};

/// An entry of the generated table: file `x_command.cpp` in commands/ defines `x_command`.
struct CommandInfo {
  std::string_view name, group, summary;  ///< group: "Images", "Registries", "Help".
  std::string_view footer;                ///< Examples, shown below the help.
  std::unique_ptr<Command> (*make)();
};

std::span<const CommandInfo* const> all_commands();  // Generated.

}  // namespace sidecarctl
