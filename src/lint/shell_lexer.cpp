// SPDX-License-Identifier: Apache-2.0
#include "lint/shell_lexer.hpp"

#include <algorithm>
#include <utility>

namespace sidecarctl::lint {

namespace {

constexpr std::string_view kBlanks = " \t";
// A text of 64 KiB could name a long variable thousands of times.
constexpr std::size_t kMaxExpanded = 1024UL * 1024;
constexpr std::string_view kFieldSeparators = " \t\n";

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_part(char c) {
  return is_name_start(c) || is_digit(c);
}
bool ends_word(char c) {
  return std::string_view(" \t\n;&|<>()").find(c) != std::string_view::npos;
}

std::string_view name_at(std::string_view text) {
  if (text.empty() || !is_name_start(text[0])) return {};
  const auto end = std::find_if_not(text.begin(), text.end(), is_name_part);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

}  // namespace

ShellToken ShellLexer::next() {
  ShellToken token;
  skip_blanks();
  if (done() || read_separator(token)) return token;
  token.kind = ShellToken::Kind::word;
  read_word(token);
  return token;
}

void ShellLexer::skip_blanks() {
  while (!done()) {
    if (kBlanks.find(peek()) != std::string_view::npos) {
      ++at_;
    } else if (peek() == '\\' && peek(1) == '\n') {
      at_ += 2;
    } else if (peek() == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

bool ShellLexer::read_separator(ShellToken& token) {
  // `2>file`: the number belongs to the redirection.
  const std::size_t number_end = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
  const char after = number_end < text_.size() ? text_[number_end] : '\0';
  if (after == '<' || after == '>' || (peek() == '&' && peek(1) == '>')) {
    at_ = number_end + (after == '&' ? 1 : 0);
    while (!done() && std::string_view("<>&|").find(peek()) != std::string_view::npos) ++at_;
    token.separator = "<";
  } else if (std::string_view(";&|()\n").find(peek()) != std::string_view::npos) {
    token.separator = peek();
    ++at_;
    const bool doubles = token.separator == "&" || token.separator == "|" || token.separator == ";";
    if (doubles && peek() == token.separator[0]) {
      token.separator += peek();
      ++at_;
    }
  } else {
    return false;
  }
  token.kind = ShellToken::Kind::separator;
  return true;
}

std::string ShellLexer::read_assignment_name() {
  const std::string_view name = name_at(text_.substr(at_));
  if (name.empty()) return {};
  std::size_t end = at_ + name.size();
  const bool appends = end + 1 < text_.size() && text_[end] == '+' && text_[end + 1] == '=';
  if (appends) ++end;
  if (end >= text_.size() || text_[end] != '=') return {};
  at_ = end + 1;
  if (appends) add_unknown("'" + std::string(name) + "+=' adds to a value");
  return std::string(name);
}

void ShellLexer::read_word(ShellToken& token) {
  token.assignment = read_assignment_name();
  const bool is_assignment = !token.assignment.empty();
  if (peek() == '~' && (ends_word(peek(1)) || peek(1) == '/' || at_ + 1 == text_.size())) {
    ++at_;
    add_variable("HOME", false);
  }
  while (!done() && !ends_word(peek())) read_unquoted(!is_assignment);
  if (is_assignment) in_field_ = true;  // `A=` has a value: nothing.
  end_field();
  token.fields = std::exchange(fields_, {});
}

void ShellLexer::read_unquoted(bool splits) {
  const char c = peek();
  if (c == '\\') {
    ++at_;
    if (peek() != '\n' && !done()) {
      add(peek());
      field_.quoted = true;
    }
    if (!done()) ++at_;
  } else if (c == '\'') {
    read_single_quotes();
  } else if (c == '"') {
    read_double_quotes();
  } else if (c == '$') {
    read_dollar(splits);
  } else if (c == '`') {
    ++at_;
    skip_nested('\0', '`');
    add_unknown("a part of it is the output of a command");
  } else {
    add(c);
    ++at_;
  }
}

void ShellLexer::read_single_quotes() {
  const std::size_t end = text_.find('\'', at_ + 1);
  in_field_ = field_.quoted = true;
  field_.text += text_.substr(at_ + 1, std::min(end, text_.size()) - at_ - 1);
  if (end == std::string_view::npos) add_unknown("a quote is not closed");
  at_ = end == std::string_view::npos ? text_.size() : end + 1;
}

void ShellLexer::read_double_quotes() {
  in_field_ = field_.quoted = true;
  for (++at_; !done() && peek() != '"';) {
    if (peek() == '$') {
      read_dollar(false);
    } else if (peek() == '`') {
      read_unquoted(false);
    } else if (peek() == '\\' && std::string_view("$`\"\\\n").find(peek(1)) != std::string_view::npos &&
               at_ + 1 < text_.size()) {
      if (peek(1) != '\n') add(peek(1));
      at_ += 2;
    } else {
      add(peek());
      ++at_;
    }
  }
  if (done()) add_unknown("a quote is not closed");
  ++at_;
}

void ShellLexer::read_dollar(bool splits) {
  ++at_;
  const char c = peek();
  if (c == '(') {
    ++at_;
    skip_nested('(', ')');
    add_unknown("a part of it is the output of a command");
  } else if (c == '{') {
    ++at_;
    read_braced(splits);
  } else if (is_digit(c) || (c != '\0' && std::string_view("@*#?-$!").find(c) != std::string_view::npos)) {
    ++at_;
    add_unknown(std::string("'$") + c + "' is known at run time only");
  } else if (const std::string_view name = name_at(text_.substr(std::min(at_, text_.size()))); !name.empty()) {
    at_ += name.size();
    add_variable(name, splits);
  } else {
    add('$');
  }
}

void ShellLexer::read_braced(bool splits) {
  const std::size_t start = at_;
  skip_nested('{', '}');
  const std::string_view inside = text_.substr(start, std::max(at_, start + 1) - start - 1);
  const std::string_view name = name_at(inside);
  std::string_view rest = inside.substr(name.size());
  if (!name.empty() && rest.empty()) {
    add_variable(name, splits);
    return;
  }
  const bool colon = rest.starts_with(":-");
  if (name.empty() || !(colon || rest.starts_with('-'))) {
    add_unknown("'${" + std::string(inside.substr(0, 40)) + "}' is known at run time only");
    return;
  }
  const auto variable = variables_->find(name);
  const bool has_value =
      variable != variables_->end() && !(colon && variable->second.known() && variable->second.text.empty());
  rest.remove_prefix(colon ? 2 : 1);
  if (has_value) {
    add_value(variable->second, splits);
  } else if (rest.find_first_of("$`\"'\\") == std::string_view::npos) {
    add_value(ShellWord{std::string(rest), "", false}, splits);
  } else {
    add_unknown("the default of '" + std::string(name) + "' is known at run time only");
  }
}

void ShellLexer::skip_nested(char open, char close) {
  std::size_t depth = 1;
  for (; !done(); ++at_) {
    const char c = peek();
    if (c == '\\') {
      ++at_;
    } else if (c == '\'' && close != '`') {
      at_ = std::min(text_.find('\'', at_ + 1), text_.size());
    } else if (c == open && open != '\0') {
      ++depth;
    } else if (c == close && --depth == 0) {
      ++at_;
      return;
    }
  }
  at_ = text_.size();
  add_unknown("a quote or bracket is not closed");
}

void ShellLexer::add(char c) {
  in_field_ = true;
  field_.text += c;
}

void ShellLexer::add_value(const ShellWord& value, bool splits) {
  if (!value.known()) {
    add_unknown(value.unknown_reason);
    return;
  }
  expanded_ += value.text.size();
  if (expanded_ > kMaxExpanded) {
    add_unknown("its variables are too long");
    return;
  }
  for (const char c : value.text) {
    if (splits && kFieldSeparators.find(c) != std::string_view::npos) {
      end_field();
    } else {
      add(c);
    }
  }
}

void ShellLexer::add_variable(std::string_view name, bool splits) {
  const auto variable = variables_->find(name);
  if (variable == variables_->end()) {
    add_unknown("the variable '" + std::string(name) + "' has no value in the image");
  } else {
    add_value(variable->second, splits);
  }
}

void ShellLexer::add_unknown(std::string reason) {
  in_field_ = true;
  if (field_.unknown_reason.empty()) field_.unknown_reason = std::move(reason);
}

void ShellLexer::end_field() {
  if (in_field_) fields_.push_back(std::move(field_));
  field_ = ShellWord{};
  in_field_ = false;
}

}  // namespace sidecarctl::lint
