// SPDX-License-Identifier: Apache-2.0
#include "lint/shell_words.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using sidecarctl::lint::EnvCall;
using sidecarctl::lint::parse_env_call;
using sidecarctl::lint::ShellWord;

namespace {

EnvCall call(const std::vector<std::string>& words) {
  std::vector<ShellWord> arguments;
  for (const std::string& word : words) arguments.push_back(ShellWord{word, "", false});
  return parse_env_call(std::move(arguments));
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the program that env starts is found") {
  const std::vector<std::pair<Words, std::string>> table{
      {{"python3"}, "python3"},
      {{"python3 -u", "script"}, "python3 -u"},
      {{"-S", "python3 -u", "script"}, "python3"},
      {{"-S python3 -u", "script"}, "python3"},
      {{"-vSpython3", "script"}, "python3"},
      {{"--split-string=python3 -u"}, "python3"},
      {{"-i", "A=b", "python3"}, "python3"},
      {{"-", "python3"}, "python3"},
      {{"-u", "HOME", "python3"}, "python3"},
      {{"-uHOME", "python3"}, "python3"},
      {{"--unset=HOME", "--chdir", "/x", "--", "A=b", "python3"}, "python3"},
      {{"-S -i A=b 'my python' -u"}, "my python"},
      {{"-S py\\_thon"}, "py"},
      {{"-S \"py\\_thon\""}, "py thon"},
      {{"-S 'a\\'b'"}, "a'b"},
      {{"-S run # a comment"}, "run"},
      {{"-S run\\c rest"}, "run"},
  };
  for (const auto& [words, program] : table) {
    INFO(words.back());
    const EnvCall result = call(words);
    REQUIRE(result.program);
    CHECK(*result.program == program);
    CHECK(result.bad_option.empty());
  }
}

TEST_CASE("env tells what it does to PATH") {
  CHECK_FALSE(call({"A=b", "run"}).path);
  CHECK(call({"-i", "run"}).path == "");
  CHECK(call({"-u", "PATH", "run"}).path == "");
  CHECK(call({"PATH=/x", "run"}).path == "/x");
  CHECK(call({"-i", "PATH=/x", "run"}).path == "/x");
  CHECK(call({"-S PATH=/x run"}).splits);
}

TEST_CASE("env without a program, with a wrong option or with an unknown one is told apart") {
  CHECK_FALSE(call({}).program);
  CHECK_FALSE(call({"A=b"}).program);
  CHECK_FALSE(call({"-S"}).program);
  CHECK_FALSE(call({"-u"}).program);
  CHECK(call({"-x", "run"}).bad_option == "-x");
  CHECK(call({"--nonsense", "run"}).bad_option == "--nonsense");
  CHECK(call({"-S ${HOME}/run"}).unknown_reason != "");
  CHECK(call({"-S 'run"}).unknown_reason != "");
  CHECK(parse_env_call({ShellWord{"", "no value", false}}).unknown_reason == "no value");
  Words words(20, "-S");
  words.push_back("-S run");
  CHECK(call(words).unknown_reason != "");
}
