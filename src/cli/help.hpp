// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command_model.hpp"

#include <span>
#include <string>

namespace sidecarctl {

/// One line for each command, and where to read on. Fits a screen.
std::string program_help(std::span<const CommandInfo* const> commands);

/// Usage line, options with defaults, examples.
std::string command_help(const CommandModel& command);

}  // namespace sidecarctl
