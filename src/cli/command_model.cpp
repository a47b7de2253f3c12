// SPDX-License-Identifier: Apache-2.0
#include "cli/command_model.hpp"

#include "cli/command_app.hpp"
#include "util/strings.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace sidecarctl {

namespace {

/// CLI11 describes validators only in the type's name: "TEXT:{auto,flags}" for IsMember, "TEXT:FILE" for ExistingFile.
void read_type(const std::string& type, OptionModel& option) {
  const std::size_t open = type.find(":{");
  if (open != std::string::npos) {
    const std::size_t close = type.find('}', open);
    if (close != std::string::npos && close > open + 2) {
      option.choices = split(std::string_view(type).substr(open + 2, close - open - 2), ',');
    }
  }
  const std::vector<std::string> parts = split(type.substr(0, open), ':');
  const auto is_path_name = [](const std::string& part) {
    return part == "FILE" || part == "DIR" || part == "PATH" || part.starts_with("PATH(");
  };
  option.is_path = std::any_of(parts.begin(), parts.end(), is_path_name);
  option.is_path_pair = parts[0].ends_with("=PATH") || parts[0].ends_with("=FILE");
  option.is_number = parts[0] == "INT" || parts[0] == "UINT" || parts[0] == "FLOAT";
  option.value_label = parts[0];
  if (option.is_path && !is_path_name(parts[0])) option.value_label = "FILE";
  if (option.is_number) option.value_label = "N";
  if (parts[0] == "TEXT" && !option.is_path) option.value_label = "TEXT";
  if (!option.choices.empty()) option.value_label = join(option.choices, "|");
}

}  // namespace

OptionModel describe_option(const CLI::Option& source) {
  OptionModel option;
  option.long_names = source.get_lnames();
  option.short_names = source.get_snames();
  if (option.long_names.empty() && option.short_names.empty()) option.positional = source.get_name(true);
  option.description = source.get_description();
  option.group = source.get_group();
  option.hidden = option.group.empty();
  option.required = source.get_required();
  option.takes_value = source.get_items_expected_max() > 0;
  option.value_optional = option.takes_value && source.get_expected_min() == 0;
  option.repeatable = source.get_items_expected_max() > 1;
  read_type(source.get_type_name(), option);
  if (!option.takes_value && !option.long_names.empty()) {
    // A flag like "--fix{all}": alone it means "all", but it takes another value after "=".
    const std::string bare = source.get_flag_value(option.long_names[0], "");
    option.value_optional = bare != "true" && bare != "false" && !parse_unsigned(bare);
  }
  if (!option.takes_value && !option.value_optional) option.value_label.clear();
  if (option.value_optional && option.value_label.empty()) option.value_label = "VALUE";
  if (const std::string value = source.get_default_str(); option.takes_value && value != "[]" && value != "{}") {
    option.default_text = value;
  }
  return option;
}

std::vector<OptionModel> describe_options(const CLI::App& app) {
  std::vector<OptionModel> options;
  for (const CLI::Option* option : app.get_options()) options.push_back(describe_option(*option));
  return options;
}

CommandModel describe_command(const CommandInfo& info) {
  const std::unique_ptr<Command> command = info.make();
  const std::unique_ptr<CLI::App> app = make_command_app(info, *command);
  return {std::string(info.name), std::string(info.group), std::string(info.summary), std::string(info.footer),
          describe_options(*app)};
}

std::vector<OptionModel> describe_global_options() {
  GlobalOptions unused;
  CLI::App app;
  app.set_help_flag();
  unused.declare(app);
  return describe_options(app);
}

std::vector<std::string> option_names(const std::vector<OptionModel>& options) {
  std::vector<std::string> names;
  for (const OptionModel& option : options) {
    if (option.hidden) continue;
    for (const std::string& name : option.long_names) names.push_back("--" + name);
    for (const std::string& name : option.short_names) names.push_back("-" + name);
  }
  return names;
}

std::vector<std::string> command_names(std::span<const CommandInfo* const> commands) {
  std::vector<std::string> names;
  for (const CommandInfo* info : commands) names.emplace_back(info->name);
  return names;
}

const CommandInfo* find_command(std::span<const CommandInfo* const> commands, std::string_view name) {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [name](const CommandInfo* info) { return info->name == name; });
  return found == commands.end() ? nullptr : *found;
}

}  // namespace sidecarctl
