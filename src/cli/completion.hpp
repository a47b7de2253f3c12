// SPDX-License-Identifier: Apache-2.0
// Completion scripts, made from what the commands declare.
#pragma once

#include "cli/command_model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

struct CompletionModel {
  std::vector<CommandModel> commands;
  std::vector<OptionModel> globals;
};

CompletionModel make_completion_model(std::span<const CommandInfo* const> commands);

/// The options of `command` and those global ones that it has not taken for itself; hidden ones left out.
std::vector<OptionModel> options_with_globals(const CompletionModel& model, const CommandModel& command);

/// "--config": the word that follows such an option is not the command.
std::vector<std::string> globals_with_value(const CompletionModel& model);

/// A script for bash 4 and later that needs nothing else (not the bash-completion package).
std::string bash_completion(const CompletionModel& model);
std::string zsh_completion(const CompletionModel& model);
std::string fish_completion(const CompletionModel& model);

}  // namespace sidecarctl
