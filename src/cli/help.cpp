// SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl {

namespace {

constexpr std::size_t kWidth = 80;   // The same everywhere, so that help can be quoted and compared.
constexpr std::size_t kColumn = 28;  // Where descriptions begin.

/// Appends `text` as lines of at most kWidth, each after the first indented to kColumn. `column`: where the cursor is.
void append_wrapped(std::string& out, std::string_view text, std::size_t column) {
  if (column + 1 > kColumn) {
    out += '\n';
    column = 0;
  }
  out.append(kColumn - column, ' ');
  column = kColumn;
  bool first = true;
  for (const std::string& word : split(text, ' ')) {
    if (!first && column + 1 + word.size() > kWidth) {
      out += '\n';
      out.append(kColumn, ' ');
      column = kColumn;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    first = false;
  }
  out += '\n';
}

std::string option_label(const OptionModel& option) {
  if (option.is_positional()) return "  " + option.positional + (option.repeatable ? "..." : "");
  std::string label = "  ";
  for (const std::string& name : option.short_names) label += fmt::format("-{}, ", name);
  if (option.long_names.empty()) label.resize(label.size() - 2);
  for (std::size_t i = 0; i < option.long_names.size(); ++i) {
    label += fmt::format("{}--{}", i == 0 ? "" : ", ", option.long_names[i]);
  }
  if (option.takes_value || option.value_optional) {
    const std::string value = option.choices.size() > 6 ? "NAME" : option.value_label;
    label += option.value_optional ? fmt::format("[={}]", value) : " " + value;
  }
  return label;
}

std::string option_description(const OptionModel& option) {
  std::vector<std::string> notes;
  if (option.choices.size() > 6) notes.push_back("one of " + join(option.choices, ", "));
  if (!option.default_text.empty()) notes.push_back("default: " + option.default_text);
  if (option.repeatable && !option.is_positional()) notes.emplace_back("may be repeated");
  return notes.empty() ? option.description : fmt::format("{} ({})", option.description, join(notes, "; "));
}

void append_options(std::string& out, const std::vector<OptionModel>& options, std::string_view group) {
  for (const OptionModel& option : options) {
    if (option.hidden || option.is_positional() || option.group != group) continue;
    const std::string label = option_label(option);
    out += label;
    append_wrapped(out, option_description(option), label.size());
  }
}

std::vector<std::string> groups_of(const std::vector<OptionModel>& options) {
  std::vector<std::string> groups;
  for (const OptionModel& option : options) {
    if (option.hidden || option.is_positional()) continue;
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  return groups;
}

std::string usage_line(const CommandModel& command) {
  std::string line = "Usage: sidecarctl " + command.name;
  if (!groups_of(command.options).empty()) line += " [OPTIONS]";
  for (const OptionModel& option : command.options) {
    if (!option.is_positional() || option.hidden) continue;
    const std::string name = option.positional + (option.repeatable ? "..." : "");
    line += option.required ? " " + name : " [" + name + "]";
  }
  return line + "\n";
}

/// The groups of commands in reading order: images first, help last, others between.
std::vector<std::string> command_groups(std::span<const CommandInfo* const> commands) {
  std::vector<std::string> groups;
  for (const CommandInfo* info : commands) {
    if (std::find(groups.begin(), groups.end(), info->group) == groups.end()) groups.emplace_back(info->group);
  }
  const auto rank = [](const std::string& group) {
    return group == "Images" ? 0 : group == "Registries" ? 1 : group == "Help" ? 3 : 2;
  };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  return groups;
}

}  // namespace

std::string program_help(std::span<const CommandInfo* const> commands) {
  std::string out =
      "sidecarctl lints, tests and pushes container images for Foundry's Spark sidecars.\n\n"
      "Usage: sidecarctl [OPTIONS] COMMAND [ARGUMENTS]\n";
  for (const std::string& group : command_groups(commands)) {
    out += fmt::format("\n{}:\n", group);
    for (const CommandInfo* info : commands) {
      if (info->group == group) out += fmt::format("  {:<12} {}\n", info->name, info->summary);
    }
  }
  out += "\nOptions, before or after the command:\n";
  append_options(out, describe_global_options(), kGlobalGroup);
  out +=
      "\nOptions may also stand in sidecar.toml or in SIDECARCTL_<COMMAND>_<OPTION>.\n"
      "Exit status: 0 done, 1 the answer is no, 2 usage, 3 could not be done.\n"
      "Read on: 'sidecarctl COMMAND --help'\n";
  return out;
}

std::string command_help(const CommandModel& command) {
  std::string out = fmt::format("{}\n\n{}", command.summary, usage_line(command));
  bool has_positionals = false;
  for (const OptionModel& option : command.options) {
    if (!option.is_positional() || option.hidden) continue;
    if (!has_positionals) out += "\n";
    has_positionals = true;
    const std::string label = option_label(option);
    out += label;
    append_wrapped(out, option_description(option), label.size());
  }
  for (const std::string& group : groups_of(command.options)) {
    out += fmt::format("\n{}:\n", group);
    append_options(out, command.options, group);
  }
  if (!command.footer.empty()) {
    out += "\nExamples:\n";
    for (const std::string& line : split(trim(command.footer), '\n')) {
      const std::string_view text = trim(line);
      out += text.empty() ? "\n" : fmt::format("  {}\n", text);
    }
  }
  out += "\nGlobal options: see 'sidecarctl --help'.\n";
  return out;
}

}  // namespace sidecarctl
