// SPDX-License-Identifier: Apache-2.0
#include "cli/configure.hpp"

#include "cli/usage_error.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace sidecarctl {

namespace {

/// "a,b\,c" is "a" and "b,c".
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts{""};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',') {
      parts.back() += text[++i];
    } else if (text[i] == ',') {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

std::optional<bool> parse_boolean(std::string_view text) {
  for (const std::string_view yes : {"1", "true", "yes", "on"}) {
    if (equals_ignore_case(text, yes)) return true;
  }
  for (const std::string_view no : {"0", "false", "no", "off"}) {
    if (equals_ignore_case(text, no)) return false;
  }
  return std::nullopt;
}

ConfigValue from_environment(const OptionModel& option, const std::string& variable, const std::string& text) {
  ConfigValue value;
  value.origin = "environment variable " + variable;
  const auto boolean = option.takes_value && !option.value_optional ? std::nullopt : parse_boolean(text);
  value.is_boolean = boolean.has_value();
  if (boolean) {
    value.values.emplace_back(*boolean ? "true" : "false");
  } else if (!option.takes_value && !option.value_optional) {
    throw Error(ErrorKind::config, fmt::format("{}: '{}' is not true or false", value.origin, text));
  } else if (option.repeatable) {
    value.values = split_list(text);
  } else {
    value.values.push_back(text);
  }
  return value;
}

/// The words that CLI11 is to see. Empty: none, the option stays as it is.
std::vector<std::string> results_of(const CLI::Option& option, const OptionModel& model, const std::string& name,
                                    const ConfigValue& value) {
  if (model.takes_value && !value.is_boolean) return value.values;
  const std::string bare = option.get_flag_value(name, "");
  if (!value.is_boolean) return {option.get_flag_value(name, value.values.front())};
  if (value.values.front() == "true") return {bare};
  // `fix = false` means no --fix, not --fix=false.
  if (bare != "true" && bare != "false") return {};
  return {option.get_flag_value(name, "false")};
}

void set_option(CLI::Option& option, const OptionModel& model, const std::string& name, const ConfigValue& value) {
  try {
    const std::vector<std::string> results = results_of(option, model, name, value);
    if (results.empty()) return;
    option.add_result(results);
    option.run_callback();
  } catch (const CLI::Error& error) {
    throw value_error(option, error, value.origin);
  } catch (const std::invalid_argument&) {  // Out of CLI11's conversion of counted flags.
    throw Error(ErrorKind::config, fmt::format("{}: '{}' is not a number", value.origin, value.values.front()));
  }
}

std::optional<ConfigValue> find_value(const std::string& command, const OptionModel& option, const std::string& name,
                                      const Environment& environment, const ConfigFile& config) {
  const std::string variable = environment_name(command, name);
  if (const auto text = environment(variable)) return from_environment(option, variable, *text);
  if (const ConfigValue* value = config.find(command, name)) return *value;
  for (const SharedKey& shared : shared_keys()) {
    if (shared.option != name) continue;
    if (const ConfigValue* value = config.find("sidecar", std::string(shared.key))) return *value;
  }
  return std::nullopt;
}

}  // namespace

std::string environment_name(std::string_view command, std::string_view option) {
  std::string name = fmt::format("SIDECARCTL_{}_{}", command, option);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c == '-') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

void apply_configuration(CLI::App& app, const Environment& environment, const ConfigFile& config) {
  // Looked at before anything is set: what the command line says also beats what excludes it.
  std::vector<CLI::Option*> open;
  for (CLI::Option* option : app.get_options()) {
    const auto& excluded = option->get_excludes();
    const bool beaten =
        std::any_of(excluded.begin(), excluded.end(), [](const CLI::Option* other) { return other->count() > 0; });
    if (option->count() == 0 && !beaten) open.push_back(option);
  }
  for (CLI::Option* option : open) {
    const OptionModel model = describe_option(*option);
    if (!is_configurable(model) || model.group == kGlobalGroup) continue;
    for (const std::string& name : model.long_names) {
      const auto value = find_value(app.get_name(), model, name, environment, config);
      if (!value) continue;
      set_option(*option, model, name, *value);
      break;
    }
  }
}

}  // namespace sidecarctl
