// SPDX-License-Identifier: Apache-2.0
// What a command declared, as plain data: help, completion, configuration and suggestions read this, so that no
// option is ever listed by hand.
#pragma once

#include "cli/command.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class Option;
}

namespace sidecarctl {

/// The heading of the options that every command has; those are not configurable.
inline constexpr const char* kGlobalGroup = "Global options";

struct OptionModel {
  std::vector<std::string> long_names;  ///< Without dashes. Empty for positionals.
  std::vector<std::string> short_names;
  std::string positional;  ///< "TARGET"; empty for options.
  std::string description;
  std::string group;                 ///< Heading in the help.
  std::string value_label;           ///< "FILE", "auto|flags"; empty for flags.
  std::string default_text;          ///< Empty: none worth showing.
  std::vector<std::string> choices;  ///< The values allowed, if they are few and known.
  bool takes_value = false;
  bool value_optional = false;  ///< `--fix` and `--fix=diff`; a flag that also takes a value after "=".
  bool repeatable = false;
  bool required = false;
  bool hidden = false;
  bool is_path_pair = false;  ///< FORMAT=PATH.
  bool is_path = false;       ///< Its value is a file or folder.
  bool is_number = false;     ///< A bare number in a configuration file is meant as one.

  bool is_positional() const noexcept { return !positional.empty(); }
};

struct CommandModel {
  std::string name, group, summary, footer;
  std::vector<OptionModel> options;  ///< In the order of declaration, without the global ones.
};

OptionModel describe_option(const CLI::Option& option);

/// What `app` declares now.
std::vector<OptionModel> describe_options(const CLI::App& app);

/// Makes the command, lets it declare, and describes it.
CommandModel describe_command(const CommandInfo& info);

/// The global options, which stand before or after every command.
std::vector<OptionModel> describe_global_options();

/// "--fail-on", "-u": every name that `options` answer to, hidden ones left out.
std::vector<std::string> option_names(const std::vector<OptionModel>& options);

/// The names of the commands, in the order of the table.
std::vector<std::string> command_names(std::span<const CommandInfo* const> commands);
const CommandInfo* find_command(std::span<const CommandInfo* const> commands, std::string_view name);

}  // namespace sidecarctl
