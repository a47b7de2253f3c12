// SPDX-License-Identifier: Apache-2.0
// sidecar.toml: from text to values that know where they stand.
#pragma once

#include "cli/command_model.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

inline constexpr std::string_view kConfigFileName = "sidecar.toml";
/// A file of thousands of lines has a few hundred KiB; more is not a configuration.
inline constexpr std::uint64_t kLargestConfigFile = std::uint64_t{1024} * 1024;

/// What one key says.
struct ConfigValue {
  std::vector<std::string> values;  ///< As they would stand on the command line; one of "true", "false" if is_boolean.
  bool is_boolean = false;
  std::string origin;  ///< For messages: "sidecar.toml:4: profile".
};

using ConfigSection = std::map<std::string, ConfigValue>;

struct ConfigFile {
  std::map<std::string, ConfigSection> sections;

  const ConfigValue* find(const std::string& section, const std::string& key) const;
};

/// A key of [sidecar] and the option that takes its value in every command that has it; "": none (see default_image).
struct SharedKey {
  std::string_view key, option;
};
std::span<const SharedKey> shared_keys();

/// May the option stand in the file and in the environment? Secrets on stdin and positionals may not.
bool is_configurable(const OptionModel& option);

/// Reads `text`. Throws Error{config} naming `name`, line and nearest known key for what no command knows, and line and
/// column for a wrong type or syntax. Relative paths are taken to be relative to `folder`.
ConfigFile parse_config(std::string_view text, const std::string& name, const std::filesystem::path& folder,
                        std::span<const CommandInfo* const> commands);

/// The nearest sidecar.toml in `folder` or above it.
std::optional<std::filesystem::path> find_config_file(const std::filesystem::path& folder);

/// What `given` (--config) or, without it, the nearest file above the current folder says; empty without a file.
ConfigFile load_config(const std::optional<std::string>& given, std::span<const CommandInfo* const> commands);

/// "image" and "tag" of [sidecar] in one name; nullopt without an image. Throws Error{config} if both have a tag.
std::optional<std::string> default_image(const ConfigFile& config);

}  // namespace sidecarctl
