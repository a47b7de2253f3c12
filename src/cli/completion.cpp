// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"

#include <algorithm>

namespace sidecarctl {

CompletionModel make_completion_model(std::span<const CommandInfo* const> commands) {
  CompletionModel model;
  for (const CommandInfo* info : commands) model.commands.push_back(describe_command(*info));
  model.globals = describe_global_options();
  return model;
}

std::vector<OptionModel> options_with_globals(const CompletionModel& model, const CommandModel& command) {
  std::vector<OptionModel> options = command.options;
  const auto is_taken = [&command](const std::string& name) {
    return std::any_of(command.options.begin(), command.options.end(), [&name](const OptionModel& option) {
      return std::find(option.long_names.begin(), option.long_names.end(), name) != option.long_names.end();
    });
  };
  for (const OptionModel& global : model.globals) {
    if (!is_taken(global.long_names.front())) options.push_back(global);
  }
  std::erase_if(options, [](const OptionModel& option) { return option.hidden; });
  return options;
}

std::vector<std::string> globals_with_value(const CompletionModel& model) {
  std::vector<std::string> names;
  for (const OptionModel& option : model.globals) {
    if (option.takes_value) names.push_back("--" + option.long_names.front());
  }
  return names;
}

}  // namespace sidecarctl
