// SPDX-License-Identifier: Apache-2.0
#include "scaffold/command_line.hpp"

#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace sidecarctl::scaffold {

namespace {

/// Far below the 128 KiB that the kernel takes for one argument, far above what anybody types.
constexpr std::size_t kMaxLength = 32 * 1024;
constexpr std::string_view kSyntax = "|&;<>()$`*?[\n";
/// First words that no program answers to. "{" is missing on purpose: "{shared}/run" begins with a placeholder.
constexpr std::array kShellWords = {"!",     "{",    ".",      ":",      "alias", "break",  "case",  "cd",    "eval",
                                    "exec",  "exit", "export", "for",    "if",    "return", "set",   "shift", "source",
                                    "times", "trap", "type",   "ulimit", "umask", "unset",  "until", "while"};

bool is_assignment(std::string_view word) noexcept {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  const std::string_view name = word.substr(0, equals);
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
             std::string_view::npos &&
         (name[0] < '0' || name[0] > '9');
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  CommandLine run() {
    while (at_ < text_.size()) step();
    end_word();
    if (!why_ && !words_.empty()) look_at_first_word();
    if (why_) return {{}, std::string(text_), *why_};
    return {std::move(words_), "", ""};
  }

 private:
  void step() {
    const char c = text_[at_++];
    switch (c) {
      case ' ':
      case '\t': return end_word();
      case '\'': return single_quoted();
      case '"': return double_quoted();
      case '\\': return escaped();
      default: break;
    }
    if (kSyntax.find(c) != std::string_view::npos) needs_shell(c);
    if ((c == '#' || c == '~') && !in_word_) needs_shell(c);
    add(c);
  }

  void add(char c) {
    in_word_ = true;
    word_ += c;
  }

  void needs_shell(char c) {
    if (!why_) why_ = c == '\n' ? "a line break" : fmt::format("'{}'", c);
  }

  void escaped() {
    if (at_ == text_.size()) throw Error(ErrorKind::usage, "the command ends with a backslash");
    const char c = text_[at_++];
    if (c != '\n') add(c);  // A backslash and a line break join two lines.
    if (words_.empty()) first_quoted_ = true;
  }

  void single_quoted() {
    const std::size_t end = text_.find('\'', at_);
    if (end == std::string_view::npos) throw Error(ErrorKind::usage, "the command has a quote ' without its end");
    in_word_ = true;
    word_ += text_.substr(at_, end - at_);
    at_ = end + 1;
    if (words_.empty()) first_quoted_ = true;
  }

  void double_quoted() {
    in_word_ = true;
    if (words_.empty()) first_quoted_ = true;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '"') return;
      if (c == '$' || c == '`') needs_shell(c);
      if (c == '\\' && at_ < text_.size() && std::string_view("$`\"\\\n").find(text_[at_]) != std::string_view::npos) {
        c = text_[at_++];
        if (c == '\n') continue;
      }
      word_ += c;
    }
    throw Error(ErrorKind::usage, "the command has a quote \" without its end");
  }

  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  void look_at_first_word() {
    const std::string& first = words_.front();
    if (first_quoted_) return;
    if (is_assignment(first)) why_ = fmt::format("the assignment '{}'", first);
    if (std::find(kShellWords.begin(), kShellWords.end(), first) != kShellWords.end())
      why_ = fmt::format("the shell command '{}'", first);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
  bool first_quoted_ = false;  ///< A quoted first word is a program, whatever its name.
  std::optional<std::string> why_;
};

}  // namespace

CommandLine parse_command_line(std::string_view text) {
  if (text.size() > kMaxLength) {
    throw Error(ErrorKind::usage, fmt::format("the command has {} bytes, the limit is {}", text.size(), kMaxLength),
                "put it into a script");
  }
  if (has_control_characters(text, true)) {
    throw Error(ErrorKind::usage, fmt::format("the command '{}' has a control character", escape_text(text)));
  }
  CommandLine line = Splitter(text).run();
  if (line.shell.empty() && (line.words.empty() || line.words.front().empty()))
    throw Error(ErrorKind::usage, "the command is empty");
  return line;
}

}  // namespace sidecarctl::scaffold
