// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

std::string shell_quoted(std::string_view text) {
  return "'" + replace_all(replace_all(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string option_line(const OptionModel& option, std::string_view condition) {
  std::string line = fmt::format("complete -c sidecarctl -n {}", shell_quoted(condition));
  for (const std::string& name : option.long_names) line += " -l " + name;
  for (const std::string& name : option.short_names) line += " -s " + name;
  if (!option.choices.empty()) {
    // -x: needs a value, and files are none. After a flag with an optional value only "=value" is one.
    line += fmt::format("{} -a {}", option.takes_value ? " -x" : " -f", shell_quoted(join(option.choices, " ")));
  } else if (option.takes_value) {
    line += option.is_path ? " -r -F" : " -x";
  }
  return fmt::format("{} -d {}\n", line, shell_quoted(option.description));
}

}  // namespace

std::string fish_completion(const CompletionModel& model) {
  std::string text =
      "# fish completion of sidecarctl, made by 'sidecarctl completion fish'\n"
      "complete -c sidecarctl -e\n";
  constexpr std::string_view kNoCommand = "__fish_use_subcommand";
  text += fmt::format("complete -c sidecarctl -n {} -f\n", shell_quoted(kNoCommand));
  for (const CommandModel& command : model.commands) {
    text += fmt::format("complete -c sidecarctl -n {} -a {} -d {}\n", shell_quoted(kNoCommand), command.name,
                        shell_quoted(command.summary));
  }
  for (const OptionModel& option : model.globals) text += option_line(option, kNoCommand);
  for (const CommandModel& command : model.commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    for (const OptionModel& option : options_with_globals(model, command)) {
      if (!option.is_positional()) {
        text += option_line(option, condition);
      } else if (!option.choices.empty()) {
        text += fmt::format("complete -c sidecarctl -n {} -f -a {}\n", shell_quoted(condition),
                            shell_quoted(join(option.choices, " ")));
      }
    }
  }
  return text;
}

}  // namespace sidecarctl
