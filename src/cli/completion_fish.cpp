// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

// fish's own __fish_use_subcommand takes the value of a global option for the command.
constexpr std::string_view kHead = R"(# fish completion of sidecarctl, made by 'sidecarctl completion fish'
function __sidecarctl_command_is
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case @GLOBALS_WITH_VALUE@
                set skip yes
            case '-*'
            case '*'
                test "$word" = "$argv[1]"
                return
        end
    end
    test -z "$argv[1]"
end
complete -c sidecarctl -e
)";

std::string condition_of(const std::string& command) {
  return "__sidecarctl_command_is " + (command.empty() ? "\"\"" : command);
}

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
  std::string text = replace_all(kHead, "@GLOBALS_WITH_VALUE@", join(globals_with_value(model), " "));
  const std::string no_command = condition_of("");
  text += fmt::format("complete -c sidecarctl -n {} -f\n", shell_quoted(no_command));
  for (const CommandModel& command : model.commands) {
    text += fmt::format("complete -c sidecarctl -n {} -a {} -d {}\n", shell_quoted(no_command), command.name,
                        shell_quoted(command.summary));
  }
  for (const OptionModel& option : model.globals) text += option_line(option, no_command);
  for (const CommandModel& command : model.commands) {
    const std::string condition = condition_of(command.name);
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
