// SPDX-License-Identifier: Apache-2.0
#include "cli/usage_error.hpp"

#include "cli/command_model.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl {

namespace {

/// How messages call it: "--profile", "TARGET".
std::string name_of(const OptionModel& option) {
  if (!option.long_names.empty()) return "--" + option.long_names[0];
  if (!option.short_names.empty()) return "-" + option.short_names[0];
  return option.positional;
}

const OptionModel* find_model(const std::vector<OptionModel>& options, std::string_view name) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [name](const OptionModel& option) { return name_of(option) == name; });
  return found == options.end() ? nullptr : &*found;
}

std::vector<std::string> values_of(const CLI::App& app, const std::string& name) {
  const CLI::Option* option = app.get_option_no_throw(name);
  return option == nullptr ? std::vector<std::string>{} : option->results();
}

/// The first value that is not among the choices; "" if all are.
std::string wrong_choice(const OptionModel& option, const std::vector<std::string>& values) {
  const auto wrong = std::find_if(values.begin(), values.end(), [&](const std::string& value) {
    return std::find(option.choices.begin(), option.choices.end(), value) == option.choices.end();
  });
  return wrong == values.end() ? "" : *wrong;
}

std::string choice_problem(const OptionModel& option, const std::string& value) {
  return fmt::format("'{}' is not one of {}{}", value, join(option.choices, ", "), did_you_mean(value, option.choices));
}

std::string number_problem(const OptionModel& option, const std::vector<std::string>& values) {
  const std::string shown = values.empty() ? "" : values.back();
  if (option.is_number) return fmt::format("'{}' is not a number, or one that is too large", shown);
  if (!option.takes_value) return fmt::format("'{}' is not true or false", shown);
  return fmt::format("'{}' is not {}", shown, option.value_label.empty() ? "a value it takes" : option.value_label);
}

std::string decapitalized(std::string text) {
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z')) {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  while (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

/// What is wrong with the values of one option, without its name.
std::string problem(const OptionModel& option, const CLI::Error& error, const std::vector<std::string>& values) {
  if (error.get_name() == "ConversionError") return number_problem(option, values);
  if (!option.choices.empty()) {
    if (const std::string wrong = wrong_choice(option, values); !wrong.empty()) return choice_problem(option, wrong);
  }
  std::string text = error.what();
  const std::string prefix = name_of(option) + ": ";
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  return decapitalized(std::move(text));
}

Error wrong_number_of_values(const OptionModel& option, const std::string& name, const std::string& hint) {
  if (!option.takes_value) return {ErrorKind::usage, fmt::format("option '{}' takes no value", name), hint};
  const std::string wanted = option.choices.empty() ? "" : ": one of " + join(option.choices, ", ");
  return {ErrorKind::usage, fmt::format("option '{}' needs a value{}", name, wanted), hint};
}

/// The option that a message of CLI11 is about: they are "NAME: ..." or "Could not convert: NAME = ...".
const OptionModel* option_in_message(const std::vector<OptionModel>& options, std::string_view message) {
  constexpr std::string_view kConversion = "Could not convert: ";
  if (message.starts_with(kConversion)) message.remove_prefix(kConversion.size());
  const std::size_t end = message.find_first_of(": ");
  const OptionModel* named = find_model(options, message.substr(0, end));
  if (named != nullptr || !message.substr(0, end).starts_with("Expected")) return named;
  const auto inside = std::find_if(options.begin(), options.end(), [message](const OptionModel& option) {
    return message.find(" " + name_of(option) + ",") != std::string_view::npos;
  });
  return inside == options.end() ? nullptr : &*inside;
}

}  // namespace

std::string help_hint(std::string_view command) {
  return command.empty() ? "see 'sidecarctl --help'" : fmt::format("see 'sidecarctl {} --help'", command);
}

Error usage_error(const CLI::App& app, const CLI::Error& error) {
  const std::string hint = help_hint(app.get_name());
  const std::vector<OptionModel> options = describe_options(app);
  const OptionModel* option = option_in_message(options, error.what());
  if (option == nullptr) return {ErrorKind::usage, decapitalized(error.what()), hint};
  const std::string name = name_of(*option);
  if (error.get_name() == "ArgumentMismatch") return wrong_number_of_values(*option, name, hint);
  return {ErrorKind::usage, fmt::format("{}: {}", name, problem(*option, error, values_of(app, name))), hint};
}

Error value_error(const CLI::Option& option, const CLI::Error& error, std::string_view origin) {
  const OptionModel model = describe_option(option);
  return {ErrorKind::config, fmt::format("{}: {}", origin, problem(model, error, option.results()))};
}

Error unexpected_word(const CLI::App& app, const std::vector<std::string>& words) {
  const std::string hint = help_hint(app.get_name());
  const auto first = std::find_if(words.begin(), words.end(),
                                  [](const std::string& word) { return word.size() > 1 && word[0] == '-'; });
  if (first == words.end()) return {ErrorKind::usage, fmt::format("unexpected argument '{}'", words.front()), hint};
  const std::string name = first->substr(0, first->find('='));
  // Standard input with a choice: CLI11 takes the word for a short option.
  if (name.starts_with("-:")) {
    return {ErrorKind::usage, fmt::format("'{}' looks like an option", *first),
            fmt::format("write 'docker-archive:{0}' or 'oci-archive:{0}', or '--' before it", *first)};
  }
  // Every letter is one edit away from every other: that would be a guess.
  const auto names = name.size() > 2 ? option_names(describe_options(app)) : std::vector<std::string>();
  return {ErrorKind::usage, fmt::format("unknown option '{}'{}", name, did_you_mean(name, names)), hint};
}

void check_requirements(const CLI::App& app) {
  const std::string hint = help_hint(app.get_name());
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = name_of(describe_option(*option));
    if (option->get_required() && option->count() == 0) {
      throw Error(ErrorKind::usage, fmt::format("{} is missing", name), hint);
    }
    if (option->count() == 0) continue;
    for (const CLI::Option* needed : option->get_needs()) {
      if (needed->count() > 0) continue;
      throw Error(ErrorKind::usage, fmt::format("{} needs {}", name, name_of(describe_option(*needed))), hint);
    }
    for (const CLI::Option* excluded : option->get_excludes()) {
      if (excluded->count() == 0) continue;
      throw Error(ErrorKind::usage,
                  fmt::format("{} and {} exclude each other", name, name_of(describe_option(*excluded))), hint);
    }
  }
}

}  // namespace sidecarctl
