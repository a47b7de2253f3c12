// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

constexpr std::string_view kHead = R"(# bash completion of sidecarctl, made by 'sidecarctl completion bash'
_sidecarctl() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} prefix= command= i
  # bash may hand over "--option=value" as one word or, with "=" in COMP_WORDBREAKS, as three.
  if [[ $current == --*=* ]]; then
    previous=${current%%=*} prefix=$previous= current=${current#*=}
  elif [[ $current == "=" ]]; then
    current=
  elif [[ $previous == "=" ]]; then
    previous=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
@GLOBALS_WITH_VALUE@) [[ ${COMP_WORDS[i+1]} == "=" ]] && ((i++)); ((i++)) ;;
      -* | =) ;;
      *) command=${COMP_WORDS[i]}; break ;;
    esac
  done
  local words= kind=words
  case $command:$previous in
)";

constexpr std::string_view kMiddle = R"(    *)
      kind=
      ;;
  esac
  if [[ -z $kind ]]; then
    kind=words
    case $command:$current in
)";

constexpr std::string_view kTail = R"(      *) kind=files ;;
    esac
  fi
  if [[ $kind == files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -P "$prefix" -f -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$words" -- "$current")
  fi
}
complete -F _sidecarctl sidecarctl
)";

std::string option_words(const OptionModel& option, std::string_view prefix) {
  std::string words;
  for (const std::string& name : option.long_names)
    words += fmt::format("{}{}--{}", words.empty() ? "" : " | ", prefix, name);
  for (const std::string& name : option.short_names)
    words += fmt::format("{}{}-{}", words.empty() ? "" : " | ", prefix, name);
  return words;
}

/// What stands after an option that takes a value.
std::string value_case(const OptionModel& option, std::string_view command) {
  std::string action = "words=";  // Takes a value that nobody can guess.
  if (!option.choices.empty()) {
    action = fmt::format("words=\"{}\"", join(option.choices, " "));
  } else if (option.is_path) {
    action = "kind=files";
  }
  return fmt::format("    {}) {} ;;\n", option_words(option, fmt::format("{}:", command)), action);
}

std::string value_cases(const std::vector<OptionModel>& options, std::string_view command) {
  std::string text;
  for (const OptionModel& option : options) {
    // After `--fix` stands the next argument; only `--fix=` has a value.
    if (option.takes_value && !option.value_optional && !option.is_positional()) text += value_case(option, command);
  }
  return text;
}

std::string name_case(const std::vector<OptionModel>& options, std::string_view command) {
  return fmt::format("      {}:-*) words=\"{}\" ;;\n", command, join(option_names(options), " "));
}

}  // namespace

std::string bash_completion(const CompletionModel& model) {
  std::string text = replace_all(kHead, "@GLOBALS_WITH_VALUE@", "      " + join(globals_with_value(model), " | "));
  std::string commands;
  text += value_cases(model.globals, "\"\"");
  for (const CommandModel& command : model.commands) {
    text += value_cases(options_with_globals(model, command), command.name);
    commands += (commands.empty() ? "" : " ") + command.name;
  }
  text += kMiddle;
  text += name_case(model.globals, "\"\"");
  text += fmt::format("      \"\":*) words=\"{}\" ;;\n", commands);
  for (const CommandModel& command : model.commands) {
    text += name_case(options_with_globals(model, command), command.name);
    for (const OptionModel& option : command.options) {
      if (!option.is_positional() || option.choices.empty()) continue;
      text += fmt::format("      {}:*) words=\"{}\" ;;\n", command.name, join(option.choices, " "));
      break;
    }
  }
  text += kTail;
  return text;
}

}  // namespace sidecarctl
