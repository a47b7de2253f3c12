// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace sidecarctl {

/// Environment variables as a dependency. An empty variable counts as not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The process environment.
std::optional<std::string> process_environment(const std::string& name);

/// $HOME, else the passwd entry of the user; nullopt when neither is there.
std::optional<std::filesystem::path> home_directory(const Environment& environment);

/// $XDG_CACHE_HOME/sidecarctl or ~/.cache/sidecarctl; nullopt without a home. Not created.
std::optional<std::filesystem::path> cache_directory(const Environment& environment);

}  // namespace sidecarctl
