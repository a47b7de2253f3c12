// SPDX-License-Identifier: Apache-2.0
#include "scaffold/command_line.hpp"

#include "support/catch.hpp"
#include "util/strings.hpp"

#include <string>

using namespace sidecarctl;  // NOLINT: a test.
using scaffold::parse_command_line;

TEST_CASE("words and quotes are split as a shell does") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"dd if={shared}/a of={shared}/b", "dd|if={shared}/a|of={shared}/b"},
      {"  a   b\tc ", "a|b|c"},
      {"a 'b c' \"d e\"", "a|b c|d e"},
      {"a '' \"\"", "a||"},
      {"a b'c'\"d\"e", "a|bcde"},
      {R"(a "q\"q" 'x"y' b\ c)", "a|q\"q|x\"y|b c"},
      {R"(a "\$x \n" '$x')", R"(a|$x \n|$x)"},
      {"a \\\n b", "a|b"},
      {"a b#c d~ --x=y", "a|b#c|d~|--x=y"},
      {"a \\| '>' \"*\"", "a|||>|*"},
      {"'cd' x", "cd|x"},
      {"{shared}/run {volume:b}/x", "{shared}/run|{volume:b}/x"},
  }));
  INFO(text);
  const auto line = parse_command_line(text);
  CHECK(line.shell.empty());
  CHECK(join(line.words, "|") == expected);
}

TEST_CASE("what only a shell can do is a line for a shell") {
  const auto [text, why] = GENERATE(table<std::string, std::string>({
      {"a | b", "'|'"},
      {"a && b", "'&'"},
      {"a > b", "'>'"},
      {"a $X", "'$'"},
      {"a \"$X\"", "'$'"},
      {"a `b`", "'`'"},
      {"a *.csv", "'*'"},
      {"a b?", "'?'"},
      {"a [x]", "'['"},
      {"a ~/b", "'~'"},
      {"a # b", "'#'"},
      {"a\nb", "a line break"},
      {"(a)", "'('"},
      {"X=1 a", "the assignment 'X=1'"},
      {"cd /tmp", "the shell command 'cd'"},
      {"if true", "the shell command 'if'"},
  }));
  INFO(text);
  const auto line = parse_command_line(text);
  CHECK(line.shell == text);
  CHECK(line.why == why);
  CHECK(line.words.empty());
}

TEST_CASE("a command that is none is refused") {
  for (const char* text : {"", "   ", "''", "a 'b", "a \"b", "a\\", "a\x1b[2J"}) {
    INFO(text);
    CHECK_THROWS(parse_command_line(text));
  }
  CHECK_NOTHROW(parse_command_line(std::string(32 * 1024, 'a')));
  CHECK_THROWS(parse_command_line(std::string(32 * 1024 + 1, 'a')));
}
