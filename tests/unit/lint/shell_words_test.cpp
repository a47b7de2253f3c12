// SPDX-License-Identifier: Apache-2.0
#include "lint/shell_words.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using sidecarctl::lint::first_command;
using sidecarctl::lint::ShellCommand;
using sidecarctl::lint::split_shell_form;
using Kind = ShellCommand::Kind;

namespace {

ShellCommand first(const std::string& text) {
  sidecarctl::lint::ShellStart start;
  start.variables = {{"PATH", "/bin"}, {"HOME", "/home/app"}, {"APP", "/opt/app"}, {"TWO", "java -jar"}, {"EMPTY", ""}};
  start.working_dir = "/work";
  return first_command(text, start);
}

}  // namespace

TEST_CASE("the first program of a command line is found") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"entrypoint -c \"dd if=$SHARED_DIR/infile.csv of=$SHARED_DIR/outfile.csv\"", "entrypoint"},
      {"  \n\n# a comment\n  run --fast", "run"},
      {"exec run", "run"},
      {"exec -a name -- run", "run"},
      {"command run", "run"},
      {"A=1 B='x y' C=$(date) run", "run"},
      {"A=1; run", "run"},
      {"cd /app && exec ./run", "./run"},
      {"cd /app || exit 1; ./run", "./run"},
      {"cd /app || { echo no; exit 1; }; ./run", "./run"},
      {"cd /app || (echo no) && ./run", "./run"},
      {"set -e; run", "run"},
      {"set -eu\nrun", "run"},
      {"export A=b && run", "run"},
      {"umask 022; ulimit -n 1024; trap 'kill 0' TERM; run & wait", "run"},
      {"echo starting | tee log", "tee"},
      {"{ run; }", "run"},
      {"{ cd x; }; run", "run"},
      {"(cd /x; run)", "run"},
      {"! run", "run"},
      {"if run; then echo yes; fi", "run"},
      {"while run; do :; done", "run"},
      {"[ -d /x ]; run", "run"},
      {"[ -d /x ] || exit 1; run", "run"},
      {">/log 2>&1 run", "run"},
      {"exec >/log 2>&1; run", "run"},
      {"2>/dev/null exec run", "run"},
      {"run>/log", "run"},
      {"'my run' x", "my run"},
      {"\"$APP/run\"", "/opt/app/run"},
      {"${APP}/run", "/opt/app/run"},
      {"${NOTHING:-/usr/bin/run}", "/usr/bin/run"},
      {"${EMPTY:-run}", "run"},
      {"${APP:-x}/run", "/opt/app/run"},
      {"$TWO app.jar", "java"},
      {"$EMPTY run", "run"},
      {"~/run", "/home/app/run"},
      {"r\"u\"'n'", "run"},
      {"ru\\\nn", "run"},
      {"\\run", "run"},
      {"X=/a; $X/run", "/a/run"},
      {"export X=/a; $X/run", "/a/run"},
      {"'if' x", "if"},
      {"nohup run", "nohup"},
      {"''", ""},
  };
  for (const auto& [text, word] : table) {
    INFO(text);
    const ShellCommand command = first(text);
    CHECK(command.unknown_reason.empty());
    CHECK(command.kind == Kind::program);
    CHECK(command.word == word);
  }
}

TEST_CASE("a command line that only uses the shell starts no program") {
  for (const std::string text :
       {"echo hello", "[ -f /x ] && run", "for f in *; do run; done", "case $1 in a) run;; esac", "exit 0",
        "if [ -f /x ]; then run; fi", ": ", "command -v run && run", "cd /x || run", "false && run", "exec 2>&1"}) {
    INFO(text);
    CHECK(first(text).kind == Kind::builtin);
  }
  for (const std::string text : {"", "  \n", "# nothing", ";"}) {
    INFO(text);
    CHECK(first(text).kind == Kind::empty);
  }
}

TEST_CASE("what cannot be told is unknown, with the reason") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"$CMD run", "'CMD' has no value"},
      {"\"$CMD\"", "'CMD' has no value"},
      {"exec \"$@\"", "'$@'"},
      {"$1", "'$1'"},
      {"$(which run)", "output of a command"},
      {"`which run`", "output of a command"},
      {"\"`which run`\" x", "output of a command"},
      {"${APP%/}/run", "${APP%/}"},
      {"${NOTHING:-$X}", "default of 'NOTHING'"},
      {"/opt/*/run", "pattern"},
      {"f() { run; }; f", "function"},
      {"function f { run; }; f", "function"},
      {"A=$(date); $A", "output of a command"},
      {"A+=x; $A", "adds to a value"},
      {"'run", "not closed"},
      {"\"run", "not closed"},
      {"${run", "not closed"},
      {"unset APP; $APP/run", "'APP' has no value"},
  };
  for (const auto& [text, reason] : table) {
    INFO(text);
    const ShellCommand command = first(text);
    CHECK(command.kind == Kind::unknown);
    CHECK_THAT(command.unknown_reason, Catch::Contains(reason));
  }
}

TEST_CASE("a changed folder, PATH and environment are remembered") {
  CHECK(first("cd /app; cd sub && run").working_dir == "/app/sub");
  CHECK(first("cd; run").working_dir == "/home/app");
  CHECK(first("cd sub; run").working_dir == "/work/sub");
  CHECK_FALSE(first("run").working_dir);
  CHECK(first("cd $X; run").uncertain != "");
  CHECK(first("PATH=/x:$PATH run").path == "/x:/bin");
  CHECK(first("export PATH=/x:$PATH; run").path == "/x:/bin");
  CHECK(first("export PATH=$X:$PATH; run").uncertain != "");
  CHECK_THAT(first(". /etc/profile; run").uncertain, Catch::Contains("/etc/profile"));
  CHECK(first("eval x; run").uncertain != "");
  CHECK(first("run; . /etc/profile").uncertain.empty());
  CHECK(first("exec run").replaces_shell);
  CHECK_FALSE(first("run").replaces_shell);
}

TEST_CASE("the arguments of the program are kept, known or not") {
  const ShellCommand command = first("env A=1 \"b c\" $X d");
  REQUIRE(command.arguments.size() == 4);
  CHECK(command.arguments[0].text == "A=1");
  CHECK(command.arguments[1].text == "b c");
  CHECK_FALSE(command.arguments[2].known());
  CHECK(command.arguments[3].text == "d");
}

TEST_CASE("a hostile command line ends soon") {
  std::string nested;
  for (int i = 0; i < 20000; ++i) nested += "$(";
  CHECK(first(nested).kind == Kind::unknown);
  std::string commands;
  for (int i = 0; i < 5000; ++i) commands += "command ";
  CHECK(first(commands + "run").kind == Kind::unknown);
  CHECK(first(std::string(sidecarctl::lint::kMaxShellText, 'a')).kind == Kind::program);
  CHECK(first(std::string(sidecarctl::lint::kMaxShellText + 1, 'a')).kind == Kind::unknown);
  sidecarctl::lint::ShellStart start;
  start.variables["A"] = std::string(1024UL * 1024, 'x');
  CHECK(first_command("\"$A\"", start).kind == Kind::program);
  CHECK(first_command("\"$A$A\"", start).kind == Kind::unknown);
}

TEST_CASE("the shell form is told by the shell's own option -c") {
  using Words = std::vector<std::string>;
  struct Row {
    Words argv;
    std::string text;
    Words positional;
  };
  const std::vector<Row> table{
      {{"/bin/sh", "-c", "run"}, "run", {}},
      {{"/bin/bash", "-o", "pipefail", "-c", "run"}, "run", {}},
      {{"/bin/bash", "-eo", "pipefail", "-c", "run"}, "run", {}},
      {{"/bin/sh", "-exc", "run", "a", "b"}, "run", {"a", "b"}},
      {{"bash", "-c", "-e", "run"}, "run", {}},
      {{"bash", "--login", "-c", "run"}, "run", {}},
      {{"sh", "-c", "--", "run"}, "run", {}},
      {{"busybox", "sh", "-c", "run"}, "run", {}},
  };
  for (const Row& row : table) {
    INFO(row.argv.back());
    const auto form = split_shell_form(row.argv);
    REQUIRE(form);
    CHECK(form->text == row.text);
    CHECK(form->positional == row.positional);
    CHECK(form->shell.size() + 1 + row.positional.size() == row.argv.size());
  }
  for (const Words& argv :
       {Words{"/bin/sh", "script.sh"}, Words{"/bin/sh", "-e", "script.sh", "-c", "x"}, Words{"python", "-c", "x"},
        Words{"/bin/sh", "-c"}, Words{"/bin/sh"}, Words{"/entrypoint.sh", "/bin/sh", "-c", "x"}, Words{}}) {
    CHECK_FALSE(split_shell_form(argv));
  }
}
