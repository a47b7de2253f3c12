// SPDX-License-Identifier: Apache-2.0
#include "lint/shell_words.hpp"

#include "lint/shell_lexer.hpp"
#include "util/strings.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sidecarctl::lint {

namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// Parts of the shell after which the command line goes on: what comes next is what starts.
constexpr std::array<std::string_view, 27> kPassedOver{
    "}",        "cd",      ":",       "true", "echo", "printf", "set",  "export", "unset",
    "readonly", "umask",   "ulimit",  "trap", ".",    "source", "eval", "shopt",  "alias",
    "local",    "declare", "typeset", "hash", "test", "[",      "wait", "shift",  "times"};
/// Those that end the search: what would come next depends on a condition, or nothing comes.
constexpr std::array<std::string_view, 22> kEnds{"exit", "return", "for",     "case", "select", "[[",  "read", "kill",
                                                 "type", "false",  "getopts", "jobs", "bg",     "fg",  "let",  "then",
                                                 "else", "elif",   "do",      "done", "fi",     "esac"};
/// Words that a command follows.
constexpr std::array<std::string_view, 6> kBeforeCommand{"{", "!", "if", "while", "until", "time"};

constexpr int kMaxPrefixes = 16;  // `command command ...` is allowed; each is one level of recursion here.

class CommandFinder {
 public:
  CommandFinder(std::string_view text, const ShellStart& start) : lexer_(text, variables_) {
    for (const auto& [name, value] : start.variables) variables_[name] = ShellWord{value, "", true};
    working_dir_ = start.working_dir;
    errexit_ = start.exits_on_error;
  }

  ShellCommand find() {
    while (step()) {
    }
    return std::move(result_);
  }

 private:
  /// Looks at one command; true: the search goes on after it.
  bool step() {
    auto words = read_until_command();
    if (!words) return false;
    return run(*words);
  }

  /// The words of the next simple command that has any; nullopt at the end of the text.
  std::optional<std::vector<ShellWord>> read_until_command() {
    while (true) {
      auto words = read_simple_command();
      if (!words.empty()) return words;
      commit_assignments();
      if (at_end_) return std::nullopt;
      if (separator_ == "||") skip_alternative();
    }
  }

  std::vector<ShellWord> read_simple_command() {
    std::vector<ShellWord> words;
    bool redirection = false;
    while (true) {
      ShellToken token = lexer_.next();
      if (token.kind == ShellToken::Kind::end) {
        at_end_ = true;
        separator_.clear();
        return words;
      }
      if (token.kind == ShellToken::Kind::separator) {
        redirection = token.separator == "<";
        if (redirection) continue;
        separator_ = token.separator;
        if (separator_ == "(") in_subshell_ = true;
        return words;
      }
      if (std::exchange(redirection, false)) continue;
      if (!token.assignment.empty() && words.empty()) {
        assigned_.emplace_back(token.assignment, token.fields.front());
        continue;
      }
      if (!token.assignment.empty()) token.fields.front().text.insert(0, token.assignment + "=");
      std::move(token.fields.begin(), token.fields.end(), std::back_inserter(words));
      drop_words_before_command(words);
    }
  }

  /// `if`, `{`, `!`: a command follows, so its assignments may follow too.
  void drop_words_before_command(std::vector<ShellWord>& words) {
    if (words.size() != 1 || !words[0].known() || words[0].quoted || !is_one_of(words[0].text, kBeforeCommand)) return;
    if (words[0].text != "{" && words[0].text != "time") condition_ = words[0].text;
    words.clear();
  }

  bool run(std::vector<ShellWord>& words) {
    if (!words[0].known()) return give_up(words[0].unknown_reason);
    if (separator_ == "(" && words.size() == 1) return give_up("it defines a function");
    const bool plain = !words[0].quoted;
    const std::string& word = words[0].text;
    if (plain && word == "function") return give_up("it defines a function");
    if (word == "exec" || word == "command" || word == "builtin") return run_prefixed(words);
    if (plain && is_one_of(word, kEnds)) return end_at(word);
    if (is_one_of(word, kPassedOver)) {
      result_.kind = ShellCommand::Kind::builtin;
      result_.word = word;
      apply(words);
      commit_assignments();
      return goes_on(word);
    }
    if (plain && word.find_first_of("*?[") != std::string::npos) return give_up("the command is a pattern");
    return found(words, 0);
  }

  /// `exec [-cl] [-a NAME] PROGRAM`, `command [-p] PROGRAM`.
  bool run_prefixed(std::vector<ShellWord>& words) {
    if (++prefixes_ > kMaxPrefixes) return give_up("its commands nest too deep");
    const std::string prefix = words[0].text;
    std::size_t at = 1;
    for (; at < words.size() && words[at].known() && words[at].text.starts_with('-'); ++at) {
      const std::string& option = words[at].text;
      if (prefix == "command" && option.find_first_of("vV") != std::string::npos) return end_at("command " + option);
      if (prefix == "exec" && option.ends_with('a')) ++at;
      if (option == "--") {
        ++at;
        break;
      }
    }
    if (at >= words.size()) {
      result_.kind = ShellCommand::Kind::builtin;
      result_.word = prefix;
      return goes_on(prefix);
    }
    if (prefix == "exec") {
      result_.replaces_shell = true;
      if (!words[at].known()) return give_up(words[at].unknown_reason);
      return found(words, at);
    }
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
    return run(words);
  }

  bool found(std::vector<ShellWord>& words, std::size_t at) {
    commit_assignments();
    result_.kind = ShellCommand::Kind::program;
    result_.word = words[at].text;
    result_.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
    result_.goes_on = why_it_goes_on();
    return false;
  }

  /// Why the shell does not end when the program cannot be started; "" when it does, for certain.
  std::string why_it_goes_on() {
    // A shell that is no terminal's ends when exec fails, whatever stands behind it (POSIX, 2.14 exec).
    const bool ends_at_once = result_.replaces_shell && !in_subshell_ && separator_ != "|" && separator_ != "&";
    if (ends_at_once) return "";
    if (!condition_.empty()) return "the shell goes on when it fails: it stands behind '" + condition_ + "'";
    bool after_and = false;
    while (!at_end_) {
      if (separator_ == "||" || separator_ == "|" || separator_ == "&")
        return "the shell goes on when it fails: '" + separator_ + "' stands behind it";
      const bool ends_here = errexit_ && !after_and && !in_subshell_ && (separator_ == ";" || separator_ == "\n");
      if (ends_here) return "";
      const bool next_runs = separator_ == ";" || separator_ == "\n";
      after_and |= separator_ == "&&";
      const auto words = read_simple_command();
      const bool is_command = !words.empty() && !(words.size() == 1 && words[0].text == "}");
      if (next_runs && is_command) return "the shell goes on when it fails: other commands stand behind it";
    }
    return "";
  }

  bool give_up(const std::string& reason) {
    result_.kind = ShellCommand::Kind::unknown;
    result_.unknown_reason = reason;
    return false;
  }

  bool end_at(const std::string& word) {
    result_.kind = ShellCommand::Kind::builtin;
    result_.word = word;
    return false;
  }

  /// After a part of the shell: does the next command certainly run?
  bool goes_on(std::string_view word) {
    if (at_end_) return false;
    if (separator_ == "||") return skip_alternative();
    const bool is_condition = word == "[" || word == "test";
    return !(is_condition && separator_ == "&&");
  }

  /// Passes over the commands after `||`, brackets and all; false at the end of the text.
  bool skip_alternative() {
    std::size_t depth = 0;
    while (true) {
      const ShellToken token = lexer_.next();
      if (token.kind == ShellToken::Kind::end) {
        at_end_ = true;
        return false;
      }
      const bool is_word = token.kind == ShellToken::Kind::word && token.fields.size() == 1 && !token.fields[0].quoted;
      const std::string& text = is_word ? token.fields[0].text : token.separator;
      if (text == "(" || (is_word && text == "{")) {
        ++depth;
      } else if (depth > 0 && (text == ")" || (is_word && text == "}"))) {
        --depth;
      } else if (depth == 0 && !is_word && (text == ";" || text == "\n" || text == "&&" || text == "&")) {
        separator_ = text;
        return true;
      }
    }
  }

  void commit_assignments() {
    for (const auto& [name, value] : std::exchange(assigned_, {})) assign(name, value);
  }

  void assign(const std::string& name, const ShellWord& value) {
    variables_[name] = value;
    if (name != "PATH") return;
    result_.path = value.text;
    if (!value.known()) mark_uncertain("PATH is set to what is known at run time only");
  }

  void mark_uncertain(std::string reason) {
    if (result_.uncertain.empty()) result_.uncertain = std::move(reason);
  }

  void apply(const std::vector<ShellWord>& words) {
    const std::string& word = words[0].text;
    if (word == "cd") change_directory(words);
    if (word == "set") apply_options(words);
    if (word == "export" || word == "readonly" || word == "declare" || word == "typeset") apply_assignments(words);
    if (word == "eval") mark_uncertain("'eval' may change the environment");
    if (word == "." || word == "source") {
      mark_uncertain(words.size() > 1 && words[1].known() ? "it reads '" + words[1].text + "' first"
                                                          : "it reads a file first");
    }
    if (word == "unset") {
      for (const ShellWord& name : words) variables_.erase(name.text);
    }
  }

  /// `set -eu`, `set +e`, `set -o errexit`.
  void apply_options(const std::vector<ShellWord>& words) {
    for (std::size_t at = 1; at < words.size(); ++at) {
      const std::string& option = words[at].text;
      if (option.size() < 2 || (option[0] != '-' && option[0] != '+') || option == "--") return;
      const bool is_named = option.ends_with('o') && at + 1 < words.size() && words[at + 1].text == "errexit";
      if (is_named || option.find('e') != std::string::npos) errexit_ = option[0] == '-';
      if (option.ends_with('o')) ++at;
    }
  }

  void apply_assignments(const std::vector<ShellWord>& words) {
    for (const ShellWord& word : words) {
      const std::size_t equals = word.text.find('=');
      if (equals == std::string::npos) continue;
      assign(word.text.substr(0, equals), ShellWord{word.text.substr(equals + 1), word.unknown_reason, true});
    }
  }

  void change_directory(const std::vector<ShellWord>& words) {
    std::size_t at = 1;
    while (at < words.size() && words[at].text.size() > 1 && words[at].text.starts_with('-')) ++at;
    const auto home = variables_.find("HOME");
    const ShellWord unknown{"", "no HOME", false};
    const ShellWord& target = at < words.size() ? words[at] : home != variables_.end() ? home->second : unknown;
    if (!target.known() || target.text == "-") {
      mark_uncertain("the folder that 'cd' goes to is known at run time only");
      return;
    }
    working_dir_ = clean_absolute_path(target.text.starts_with('/') ? target.text : working_dir_ + "/" + target.text);
    result_.working_dir = working_dir_;
  }

  ShellVariables variables_;
  ShellLexer lexer_;
  ShellCommand result_;
  std::string working_dir_;
  std::string separator_;
  bool at_end_ = false;
  bool in_subshell_ = false;
  bool errexit_ = false;
  std::string condition_;  ///< The word before a condition: "if"; "" if there is none.
  int prefixes_ = 0;
  std::vector<std::pair<std::string, ShellWord>> assigned_;
};

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

ShellCommand first_command(std::string_view text, const ShellStart& start) {
  if (text.size() > kMaxShellText) {
    ShellCommand result;
    result.kind = ShellCommand::Kind::unknown;
    result.unknown_reason = "the command line is too long to be looked at";
    return result;
  }
  return CommandFinder(text, start).find();
}

bool is_shell_name(std::string_view program) {
  constexpr std::array<std::string_view, 8> kShells{"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "yash"};
  return is_one_of(file_name(program), kShells);
}

std::optional<ShellForm> split_shell_form(const std::vector<std::string>& argv) {
  std::size_t at = 0;
  if (argv.size() > 1 && file_name(argv[0]) == "busybox") ++at;
  if (at >= argv.size() || !is_shell_name(argv[at])) return std::nullopt;
  bool has_command = false, exits_on_error = false;
  for (++at; at < argv.size(); ++at) {
    const std::string& option = argv[at];
    if (option.size() < 2 || (option[0] != '-' && option[0] != '+')) break;
    if (option.starts_with("--")) {
      if (option != "--") continue;
      ++at;
      break;
    }
    has_command |= option[0] == '-' && option.find('c') != std::string::npos;
    exits_on_error |= option[0] == '-' && option.find('e') != std::string::npos;
    if (option.ends_with('o') || option.ends_with('O')) ++at;  // Takes a name: `-o pipefail`.
  }
  if (!has_command || at >= argv.size()) return std::nullopt;
  const auto text = argv.begin() + static_cast<std::ptrdiff_t>(at);
  return ShellForm{{argv.begin(), text}, exits_on_error, *text, {text + 1, argv.end()}};
}

bool is_pseudo_json(std::string_view text) {
  text = trim(text);
  if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
  const std::string_view inside = trim(text.substr(1, text.size() - 2));
  const bool quoted =
      inside.size() >= 2 && (inside.front() == '\'' || inside.front() == '"') && inside.back() == inside.front();
  // `[ "$A" = "b" ]` is a test: there a blank follows the bracket, and no comma a quote.
  return quoted && (text[1] != ' ' || inside.find("',") != std::string_view::npos ||
                    inside.find("\",") != std::string_view::npos);
}

}  // namespace sidecarctl::lint
