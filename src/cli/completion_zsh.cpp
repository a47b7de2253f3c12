// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

/// Inside single quotes, in a specification of _arguments, where []: have a meaning.
std::string spec_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string value_action(const OptionModel& option) {
  if (!option.choices.empty()) return fmt::format("({})", spec_text(join(option.choices, " ")));
  return option.is_path ? "_files" : " ";
}

/// One specification of _arguments for each name: "'--jobs=[how many]:N: '".
std::string option_specs(const OptionModel& option, std::string_view indent) {
  std::string text;
  const auto add = [&](const std::string& name, std::string_view assign) {
    std::string value;
    if (option.takes_value || option.value_optional) {
      value = fmt::format("{}:{}:{}", option.value_optional ? ":" : "", spec_text(option.value_label),
                          value_action(option));
      if (option.value_optional && assign.empty()) value.clear();
    }
    text += fmt::format("{}'{}{}{}[{}]{}' \\\n", indent, option.repeatable ? "*" : "", name, assign,
                        spec_text(option.description), value);
  };
  for (const std::string& name : option.long_names) {
    add("--" + name, option.value_optional ? "=-" : option.takes_value ? "=" : "");
  }
  for (const std::string& name : option.short_names) add("-" + name, option.takes_value ? "+" : "");
  return text;
}

std::string command_case(const CompletionModel& model, const CommandModel& command) {
  std::string text = fmt::format("        {})\n          _arguments -s \\\n", command.name);
  for (const OptionModel& option : options_with_globals(model, command)) {
    if (!option.is_positional()) text += option_specs(option, "            ");
  }
  std::string last = "'*:file:_files'";
  for (const OptionModel& option : command.options) {
    if (!option.is_positional() || option.choices.empty()) continue;
    last = fmt::format("'*:{}:({})'", spec_text(option.positional), spec_text(join(option.choices, " ")));
    break;
  }
  return text + "            " + last + "\n          ;;\n";
}

}  // namespace

std::string zsh_completion(const CompletionModel& model) {
  std::string text =
      "#compdef sidecarctl\n"
      "# zsh completion of sidecarctl, made by 'sidecarctl completion zsh'\n"
      "_sidecarctl() {\n"
      "  local context state line\n"
      "  typeset -A opt_args\n"
      "  _arguments -C -s \\\n";
  for (const OptionModel& option : model.globals) text += option_specs(option, "    ");
  text +=
      "    '1:command:->command' '*::argument:->argument'\n"
      "  case $state in\n"
      "    command)\n"
      "      local -a commands=(\n";
  for (const CommandModel& command : model.commands) {
    text += fmt::format("        '{}:{}'\n", command.name, spec_text(command.summary));
  }
  text +=
      "      )\n"
      "      _describe command commands\n"
      "      ;;\n"
      "    argument)\n"
      "      case $words[1] in\n";
  for (const CommandModel& command : model.commands) text += command_case(model, command);
  text +=
      "      esac\n"
      "      ;;\n"
      "  esac\n"
      "}\n"
      "# Found in $fpath this file is the function's body; sourced it only defines it.\n"
      "if [[ $funcstack[1] == _sidecarctl ]]; then\n"
      "  _sidecarctl \"$@\"\n"
      "else\n"
      "  compdef _sidecarctl sidecarctl\n"
      "fi\n";
  return text;
}

}  // namespace sidecarctl
