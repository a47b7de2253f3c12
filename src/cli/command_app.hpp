// SPDX-License-Identifier: Apache-2.0
// The CLI11 app of one command: what every command has in common, and the global options.
#pragma once

#include "cli/command.hpp"
#include "cli/console.hpp"

#include <memory>
#include <optional>
#include <string>

namespace sidecarctl {

/// The options that stand before or after every command.
struct GlobalOptions {
  int verbose = 0;
  bool quiet = false;
  std::optional<std::string> color, progress, config;
  bool help = false;
  bool version = false;

  /// Adds those whose name the app has not taken already: `inspect --config` is a flag of `inspect`. Must outlive
  /// `app`.
  void declare(CLI::App& app);
  /// `later` stood after the command: it wins where both say something.
  void merge(const GlobalOptions& later);
  ConsoleOptions console_options() const;
};

/// Lets `command` declare its options and sets what CLI11 would do by default and we do not want: a repeatable option
/// takes one value at a time (`--volume a image` must not swallow the image), the last of several single values wins,
/// words too many are left to the caller. `command` must outlive the app.
std::unique_ptr<CLI::App> make_command_app(const CommandInfo& info, Command& command);

}  // namespace sidecarctl
