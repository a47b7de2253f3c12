// SPDX-License-Identifier: Apache-2.0
#include "lint/shell_words.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sidecarctl::lint {

namespace {

// -S may hold a -S again; nobody does that twice.
constexpr int kMaxSplits = 8;

/// Takes the string of `env -S` apart as GNU env does: blanks, quotes, backslashes, `${NAME}`, `#` for the rest.
class StringSplitter {
 public:
  explicit StringSplitter(std::string_view text) : text_(text) {}

  std::vector<ShellWord> split() {
    for (; at_ < text_.size(); ++at_) {
      if (!quote_ && !in_word_ && text_[at_] == '#') break;
      step(text_[at_]);
    }
    if (quote_) word_.unknown_reason = "a quote is not closed";
    end_word();
    return std::move(words_);
  }

 private:
  void step(char c) {
    if (c == '\\' && at_ + 1 < text_.size()) {
      escape(text_[++at_]);
    } else if (quote_ && c == quote_) {
      quote_ = '\0';
    } else if (!quote_ && (c == '\'' || c == '"')) {
      quote_ = c;
      in_word_ = true;
    } else if (!quote_ && std::string_view(" \t\n\v\f\r").find(c) != std::string_view::npos) {
      end_word();
    } else {
      if (c == '$' && quote_ != '\'') word_.unknown_reason = "a part of it is a variable";
      add(c);
    }
  }

  void escape(char c) {
    if (c == '_' && !quote_) {
      end_word();  // A blank between words.
    } else if (c == 'c' && !quote_) {
      at_ = text_.size();  // The rest is ignored.
    } else if (const std::size_t known = std::string_view("fnrtv").find(c);
               known != std::string_view::npos && quote_ != '\'') {
      add("\f\n\r\t\v"[known]);
    } else {
      if (quote_ == '\'' && c != '\'' && c != '\\') add('\\');
      add(c == '_' ? ' ' : c);
    }
  }

  void add(char c) {
    in_word_ = true;
    word_.text += c;
  }

  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_ = ShellWord{};
    in_word_ = false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  char quote_ = '\0';
  bool in_word_ = false;
  ShellWord word_;
  std::vector<ShellWord> words_;
};

class EnvReader {
 public:
  explicit EnvReader(std::vector<ShellWord> arguments) : arguments_(std::move(arguments)) {}

  EnvCall read() {
    while (at_ < arguments_.size() && option()) {
    }
    while (at_ < arguments_.size() && result_.unknown_reason.empty() && assignment()) {
    }
    if (!result_.unknown_reason.empty() || !result_.bad_option.empty() || at_ >= arguments_.size())
      return std::move(result_);
    if (!arguments_[at_].known()) {
      result_.unknown_reason = arguments_[at_].unknown_reason;
      return std::move(result_);
    }
    result_.program = arguments_[at_].text;
    result_.arguments.assign(arguments_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, arguments_.end());
    return std::move(result_);
  }

 private:
  /// Reads one option; false when there is none more.
  bool option() {
    const ShellWord word = arguments_[at_];
    if (!word.known() || !word.text.starts_with('-')) return false;
    ++at_;
    if (word.text == "-") {
      result_.path = "";
      return true;
    }
    if (word.text == "--") return false;
    return word.text.starts_with("--") ? long_option(word.text) : short_options(word.text);
  }

  bool long_option(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto value = equals == std::string::npos ? std::nullopt : std::optional(text.substr(equals + 1));
    if (name == "ignore-environment") {
      result_.path = "";
    } else if (name == "split-string") {
      return split(value);
    } else if (name == "unset" || name == "chdir") {
      return operand(name == "unset" ? 'u' : 'C', value);
    } else if (name != "null" && name != "debug" && !name.ends_with("-signal") && name != "list-signal-handling") {
      result_.bad_option = text;
      return false;
    }
    return true;
  }

  bool short_options(const std::string& text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      const char c = text[i];
      const auto rest = i + 1 < text.size() ? std::optional(text.substr(i + 1)) : std::nullopt;
      if (c == 'i') {
        result_.path = "";
      } else if (c == 'S') {
        return split(rest);
      } else if (c == 'u' || c == 'C') {
        return operand(c, rest);
      } else if (c != '0' && c != 'v') {
        result_.bad_option = text;
        return false;
      }
    }
    return true;
  }

  bool operand(char option, std::optional<std::string> value) {
    if (!value) {
      if (at_ >= arguments_.size()) return false;
      value = arguments_[at_++].text;
    }
    if (option == 'u' && *value == "PATH") result_.path = "";
    if (option == 'C') result_.working_dir = *value;
    return true;
  }

  bool split(std::optional<std::string> value) {
    if (!value) {
      if (at_ >= arguments_.size()) return false;
      if (!arguments_[at_].known()) return stop(arguments_[at_].unknown_reason);
      value = arguments_[at_++].text;
    }
    result_.splits = true;
    if (++splits_ > kMaxSplits) return stop("'-S' is nested too deep");
    auto words = StringSplitter(*value).split();
    words.insert(words.end(), arguments_.begin() + static_cast<std::ptrdiff_t>(at_), arguments_.end());
    arguments_ = std::move(words);
    at_ = 0;
    return true;
  }

  bool stop(std::string reason) {
    result_.unknown_reason = std::move(reason);
    return false;
  }

  bool assignment() {
    const ShellWord& word = arguments_[at_];
    const std::size_t equals = word.text.find('=');
    if (equals == std::string::npos) return false;
    if (word.text.substr(0, equals) == "PATH") {
      result_.path = word.text.substr(equals + 1);
      if (!word.known()) return stop("PATH is set to what is known at run time only");
    }
    ++at_;
    return true;
  }

  std::vector<ShellWord> arguments_;
  std::size_t at_ = 0;
  int splits_ = 0;
  EnvCall result_;
};

}  // namespace

EnvCall parse_env_call(std::vector<ShellWord> arguments) {
  return EnvReader(std::move(arguments)).read();
}

}  // namespace sidecarctl::lint
