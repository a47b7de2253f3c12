// SPDX-License-Identifier: Apache-2.0
#include "cli/config.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sidecarctl {

namespace {

constexpr std::string_view kShared = "sidecar";

constexpr std::array<SharedKey, 6> kSharedKeys{{{"image", ""},
                                                {"tag", ""},
                                                {"volumes", "volume"},
                                                {"user", "user"},
                                                {"profile", "profile"},
                                                {"registry", "registry"}}};

/// Of docs/configuration.md: names that other versions have. A file is shared between versions; a wrong name is told
/// apart from one that is too new.
constexpr std::array<std::string_view, 14> kCommandsOfOtherVersions{"init",  "lint",   "explain",  "inspect", "test",
                                                                    "drive", "pair",   "run",      "wrap",    "build",
                                                                    "ship",  "doctor", "registry", "export"};

class Reader {
 public:
  Reader(std::string name, std::filesystem::path folder, std::span<const CommandInfo* const> commands)
      : name_(std::move(name)), folder_(std::move(folder)), commands_(commands) {}

  ConfigFile read(std::string_view text) {
    const toml::table root = parse(text);
    ConfigFile file;
    for (const auto& [key, node] : root) {
      const std::string section(key.str());
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        fail(key.source(),
             fmt::format("'{}' stands outside of a section; put it under [sidecar] or that of a command", section));
      }
      const std::vector<OptionModel> options = options_of(section, key.source());
      for (const auto& [name, value] : *table) {
        const std::string text_of_key(name.str());
        file.sections[section].emplace(text_of_key, read_value(section, options, name, value));
      }
    }
    return file;
  }

 private:
  [[noreturn]] void fail(const toml::source_region& where, const std::string& problem) const {
    throw Error(ErrorKind::config, fmt::format("{}:{}: {}", name_, where.begin.line, problem));
  }

  toml::table parse(std::string_view text) const {
    try {
      return toml::parse(text, std::string_view(name_));
    } catch (const toml::parse_error& error) {
      std::string problem(error.description());
      constexpr std::string_view kNoise = "Error while parsing ";
      if (problem.starts_with(kNoise)) problem.erase(0, kNoise.size());
      const auto& at = error.source().begin;
      throw Error(ErrorKind::config, fmt::format("{}:{}:{}: {}", name_, at.line, at.column, problem));
    }
  }

  std::vector<OptionModel> options_of(const std::string& section, const toml::source_region& where) const {
    if (section == kShared) return shared_options();
    const CommandInfo* info = find_command(commands_, section);
    if (info == nullptr) fail_unknown_section(section, where);
    if (!info->make()->reads_configuration()) fail(where, fmt::format("command '{}' takes no configuration", section));
    std::vector<OptionModel> options = describe_command(*info).options;
    std::erase_if(options, [](const OptionModel& option) { return !is_configurable(option); });
    return options;
  }

  [[noreturn]] void fail_unknown_section(const std::string& section, const toml::source_region& where) const {
    const auto& others = kCommandsOfOtherVersions;
    if (std::find(others.begin(), others.end(), section) != others.end()) {
      fail(where, fmt::format("section [{}] belongs to a command that this version does not have", section));
    }
    std::vector<std::string> known = command_names(commands_);
    known.emplace_back(kShared);
    fail(where, fmt::format("unknown section [{}]{}", section, did_you_mean(section, known)));
  }

  static std::vector<OptionModel> shared_options() {
    std::vector<OptionModel> options;
    for (const SharedKey& shared : kSharedKeys) {
      OptionModel option;
      option.long_names.emplace_back(shared.key);
      option.takes_value = true;
      option.repeatable = shared.key == "volumes";
      options.push_back(std::move(option));
    }
    return options;
  }

  const OptionModel& find_option(const std::string& section, const std::vector<OptionModel>& options,
                                 const toml::key& key) const {
    std::vector<std::string> known;
    for (const OptionModel& option : options) {
      for (const std::string& name : option.long_names) {
        if (name == key.str()) return option;
        known.push_back(name);
      }
    }
    if (key.str().find("password") != std::string_view::npos) {
      fail(key.source(), fmt::format("'{}' in [{}]: a secret must not stand in this file; use 'sidecarctl login', "
                                     "--password-stdin or --token-file",
                                     key.str(), section));
    }
    fail(key.source(), fmt::format("unknown key '{}' in [{}]{}", key.str(), section, did_you_mean(key.str(), known)));
  }

  ConfigValue read_value(const std::string& section, const std::vector<OptionModel>& options, const toml::key& key,
                         const toml::node& node) const {
    const OptionModel& option = find_option(section, options, key);
    ConfigValue result;
    result.origin = fmt::format("{}:{}: {}", name_, key.source().begin.line, key.str());
    if (node.is_boolean() && (!option.takes_value || option.value_optional)) {
      result.is_boolean = true;
      result.values.emplace_back(node.as_boolean()->get() ? "true" : "false");
      return result;
    }
    const toml::array* list = option.repeatable ? node.as_array() : nullptr;
    if (list == nullptr) {
      result.values.push_back(read_text(option, key, node));
      return result;
    }
    for (const toml::node& element : *list) result.values.push_back(read_text(option, key, element));
    return result;
  }

  std::string read_text(const OptionModel& option, const toml::key& key, const toml::node& node) const {
    const bool takes_text = option.takes_value || option.value_optional;
    if (const auto* text = node.as_string(); text != nullptr && takes_text) return resolved(option, text->get());
    if (const auto* number = node.as_integer(); number != nullptr && option.takes_value) {
      return std::to_string(number->get());
    }
    // A tag 1.10 would become 1.1: only an option that wants a number takes one with a fraction.
    if (const auto* number = node.as_floating_point(); number != nullptr && option.is_number) {
      return fmt::format("{}", number->get());
    }
    const auto& at = node.source().begin;
    throw Error(ErrorKind::config, fmt::format("{}:{}:{}: {} must be {}, not {}", name_, at.line, at.column, key.str(),
                                               wanted(option), type_name(node)));
  }

  static std::string_view wanted(const OptionModel& option) {
    if (!option.takes_value) return option.value_optional ? "true, false or a string" : "true or false";
    if (option.repeatable) return "a list of strings";
    return option.is_number ? "a number" : "a string in quotes";
  }

  static std::string_view type_name(const toml::node& node) {
    if (node.is_table()) return "a table";
    if (node.is_array()) return "a list";
    if (node.is_string()) return "a string";
    if (node.is_integer() || node.is_floating_point()) return "a number";
    return node.is_boolean() ? "a boolean" : "a date or time";
  }

  /// A path in the file is meant from where the file is, not from where the program was started.
  std::string resolved(const OptionModel& option, const std::string& value) const {
    const std::size_t equals = option.is_path_pair ? value.find('=') : std::string::npos;
    if (!option.is_path && equals == std::string::npos) return value;
    const std::size_t start = equals == std::string::npos ? 0 : equals + 1;
    const std::string path = value.substr(start);
    if (folder_.empty() || path.empty() || path == "-" || path[0] == '/') return value;
    return value.substr(0, start) + (folder_ / path).string();
  }

  std::string name_;
  std::filesystem::path folder_;
  std::span<const CommandInfo* const> commands_;
};

/// Does the last part of an image's name have a tag or a digest?
bool has_tag(std::string_view image) {
  return image.substr(image.rfind('/') + 1).find_first_of(":@") != std::string_view::npos;
}

}  // namespace

std::span<const SharedKey> shared_keys() {
  return kSharedKeys;
}

const ConfigValue* ConfigFile::find(const std::string& section, const std::string& key) const {
  const auto found = sections.find(section);
  if (found == sections.end()) return nullptr;
  const auto value = found->second.find(key);
  return value == found->second.end() ? nullptr : &value->second;
}

bool is_configurable(const OptionModel& option) {
  if (option.long_names.empty() || option.hidden) return false;
  return std::none_of(option.long_names.begin(), option.long_names.end(),
                      [](const std::string& name) { return name.find("password") != std::string::npos; });
}

ConfigFile parse_config(std::string_view text, const std::string& name, const std::filesystem::path& folder,
                        std::span<const CommandInfo* const> commands) {
  return Reader(name, folder, commands).read(text);
}

std::optional<std::filesystem::path> find_config_file(const std::filesystem::path& folder) {
  for (std::filesystem::path at = folder;; at = at.parent_path()) {
    std::error_code ignored;  // A folder that we may not look into has no file for us.
    if (std::filesystem::exists(at / kConfigFileName, ignored)) return at / kConfigFileName;
    if (at == at.parent_path()) return std::nullopt;
  }
}

ConfigFile load_config(const std::optional<std::string>& given, std::span<const CommandInfo* const> commands) {
  std::filesystem::path path;
  if (given) {
    path = *given;
  } else {
    std::error_code error;
    const std::filesystem::path here = std::filesystem::current_path(error);
    if (error) return {};  // The folder was deleted under us: there is nothing above it.
    const auto found = find_config_file(here);
    if (!found) return {};
    path = found->lexically_relative(here);
  }
  std::string text;
  try {
    text = read_file(path, kLargestConfigFile);
  } catch (const Error& error) {
    throw Error(ErrorKind::config, std::string(error.message()));
  }
  return parse_config(text, path.string(), path.parent_path(), commands);
}

std::optional<std::string> default_image(const ConfigFile& config) {
  const ConfigValue* image = config.find(std::string(kShared), "image");
  const ConfigValue* tag = config.find(std::string(kShared), "tag");
  if (image == nullptr) return std::nullopt;
  const std::string& name = image->values.front();
  if (tag == nullptr) return name;
  if (has_tag(name)) {
    throw Error(ErrorKind::config,
                fmt::format("{} is given, and image '{}' has a tag or digest already", tag->origin, name));
  }
  return name + ":" + tag->values.front();
}

}  // namespace sidecarctl
