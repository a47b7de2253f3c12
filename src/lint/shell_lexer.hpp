// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/shell_words.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

struct ShellToken {
  enum class Kind { end, word, separator };
  Kind kind = Kind::end;
  std::string separator;          ///< ";", "&&", "||", "|", "&", "(", ")", "<" for every redirection, "\n".
  std::vector<ShellWord> fields;  ///< Of a word: none when it expands to nothing, several when its value has blanks.
  std::string assignment;         ///< Of `NAME=VALUE`: the name; the value is the only field.
};

using ShellVariables = std::map<std::string, ShellWord, std::less<>>;

/// Tokens of a command line as a POSIX shell would see them, expanded with the variables as they are when next() is
/// called.
class ShellLexer {
 public:
  /// `text` and `variables` must outlive the lexer.
  ShellLexer(std::string_view text, const ShellVariables& variables) : text_(text), variables_(&variables) {}
  ShellToken next();

 private:
  bool done() const noexcept { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const noexcept { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void skip_blanks();
  bool read_separator(ShellToken& token);
  std::string read_assignment_name();
  void read_word(ShellToken& token);
  void read_unquoted(bool splits);
  void read_single_quotes();
  void read_double_quotes();
  void read_dollar(bool splits);
  void read_braced(bool splits);
  void skip_nested(char open, char close);
  void add(char c);
  void add_value(const ShellWord& value, bool splits);
  void add_variable(std::string_view name, bool splits);
  void add_unknown(std::string reason);
  void end_field();

  std::string_view text_;
  const ShellVariables* variables_;
  std::size_t at_ = 0;
  std::size_t expanded_ = 0;  ///< Bytes that variables have given.
  ShellWord field_;
  bool in_field_ = false;
  std::vector<ShellWord> fields_;
};

}  // namespace sidecarctl::lint
