// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

#include <span>
#include <string>
#include <vector>

namespace sidecarctl {

/// Runs one command line and returns its exit code: finds the command, reads options from the command line, the
/// environment and sidecar.toml, shows an Error once, and prints one JSON document where the run was to print one.
/// `arguments`: without the program's name. Never throws.
ExitCode run_program(const std::vector<std::string>& arguments, std::span<const CommandInfo* const> commands, Env& env);

}  // namespace sidecarctl
