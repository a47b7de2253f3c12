// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sidecarctl::test {

namespace {

void start(SubjectBuilder& builder, const std::string& text) {
  builder.config.entrypoint = {"/bin/sh", "-c", text};
}

std::string message(SubjectBuilder& builder) {
  const RuleAnswer answer = ask("SDC702", builder);
  return answer.found() ? answer.findings[0].message : "no finding: " + answer.verdict.reason;
}

}  // namespace

TEST_CASE("a program that is not there is found, however it is named") {
  SubjectBuilder builder;
  builder.config.working_dir = "/home/app";
  for (const std::string name :
       {"/usr/bin/entry", "entry", "./entry", "bin/entry", "/usr/bin/entrypoint/", "/usr/bin/entrypoint/x"}) {
    builder.config.entrypoint = {name};
    INFO(name);
    const RuleAnswer answer = ask("SDC702", builder);
    REQUIRE(answer.found());
    CHECK(answer.findings[0].value == name);
    CHECK(ask("SDC703", builder).not_applicable());
    CHECK(ask("SDC706", builder).not_applicable());
  }
}

TEST_CASE("a program is found by path, by PATH, from the working folder and through links") {
  SubjectBuilder builder;
  builder.files.directory("/srv/bin").file("/srv/bin/tool", elf_file(), 0755);
  builder.files.link("/entry", "usr/bin/entrypoint").link("/far", "../../../../usr/bin/entrypoint");
  builder.files.link("/usr/local/bin/linked", "/entry");
  builder.config.working_dir = "/srv";
  for (const std::string name : {"/usr/bin/entrypoint", "entrypoint", "./bin/tool", "bin/tool", "/entry", "/far",
                                 "linked", "/../usr/bin/entrypoint"}) {
    builder.config.entrypoint = {name};
    INFO(name);
    CHECK(ask("SDC702", builder).passed());
  }
}

TEST_CASE("a name without a slash is not looked for in the working folder") {
  SubjectBuilder builder;
  builder.files.file("/home/app/run", elf_file(), 0755);
  builder.config.entrypoint = {"run"};
  CHECK_THAT(message(builder),
             Catch::Contains("in no folder of PATH") && Catch::Contains("did you mean '/home/app/run'?"));
}

TEST_CASE("only the image's PATH is searched if there is one, the default only if there is none") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"entrypoint"};
  builder.config.env = {"PATH=/opt/bin"};
  CHECK(ask("SDC702", builder).found());
  builder.config.env = {"A=b"};
  CHECK(ask("SDC702", builder).passed());
  builder.config.env = {"PATH="};
  CHECK_THAT(message(builder), Catch::Contains("PATH is empty"));
  builder.config.env = {"PATH=/usr/bin", "PATH=/opt/bin"};
  CHECK(ask("SDC702", builder).found());
}

TEST_CASE("runc takes nothing from a relative PATH entry") {
  SubjectBuilder builder;
  builder.files.file("/home/app/run", elf_file(), 0755);
  builder.config.entrypoint = {"run"};
  builder.config.env = {"PATH=.:/usr/bin"};
  CHECK_THAT(message(builder), Catch::Contains("relative PATH entry '.'"));
  builder.config.entrypoint = {"/bin/sh", "-c", "run"};
  CHECK(ask("SDC702", builder).passed());
}

TEST_CASE("links that lead nowhere or in a circle are named") {
  SubjectBuilder builder;
  builder.files.link("/a", "/b").link("/b", "/a").link("/gone", "/opt/gone").link("/out", "../../../etc/none");
  builder.config.entrypoint = {"/a"};
  CHECK_THAT(message(builder), Catch::Contains("circle"));
  builder.config.entrypoint = {"/gone"};
  CHECK_THAT(message(builder), Catch::Contains("/gone -> /opt/gone"));
  builder.config.entrypoint = {"/out"};
  CHECK_THAT(message(builder), Catch::Contains("'/etc/none'"));
}

TEST_CASE("the layer that removed the program is named") {
  SubjectBuilder builder;
  builder.files.remove("/usr/bin/entrypoint").removed("/usr/bin/entrypoint", 3);
  CHECK_THAT(message(builder), Catch::Contains("layer 3 removed it"));
}

TEST_CASE("a name near by is suggested") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/usr/bin/entrypiont"};
  CHECK_THAT(message(builder), Catch::Contains("did you mean '/usr/bin/entrypoint'?"));
  builder.config.entrypoint = {"/entrypoint"};
  CHECK_THAT(message(builder), Catch::Contains("did you mean '/usr/bin/entrypoint'?"));
  builder.config.entrypoint = {"entripoint"};
  CHECK_THAT(message(builder), Catch::Contains("did you mean '/usr/bin/entrypoint'?"));
  builder.config.entrypoint = {"/usr/bin/completely-different"};
  CHECK_THAT(message(builder), !Catch::Contains("did you mean"));
}

TEST_CASE("the first command of a shell form is looked for as the shell would") {
  SubjectBuilder builder;
  for (const std::string text :
       {"entrypoint -c \"dd if=$SHARED_DIR/infile.csv of=$SHARED_DIR/outfile.csv\"", "cd /usr/bin && ./entrypoint",
        "PATH=$PATH:/x entrypoint", "exec $HOME/../../usr/bin/entrypoint", "export PATH=/usr/bin; entrypoint"}) {
    start(builder, text);
    INFO(text);
    CHECK(ask("SDC702", builder).passed());
  }
  for (const std::string text : {"entrypint", "cd /usr && ./entrypoint", "PATH=/x entrypoint", "exec /entry"}) {
    start(builder, text);
    INFO(text);
    CHECK(ask("SDC702", builder).found());
  }
}

TEST_CASE("a command that is a part of the shell is not looked for") {
  SubjectBuilder builder;
  for (const std::string text : {"echo hello", "if [ -f /x ]; then entry; fi", ""}) {
    start(builder, text);
    INFO(text);
    CHECK(ask("SDC702", builder).not_applicable());
  }
}

TEST_CASE("a program that cannot be told is unknown, with the reason") {
  SubjectBuilder builder;
  start(builder, "$COMMAND --fast");
  CHECK(ask("SDC702", builder).unknown());
  CHECK_THAT(ask("SDC702", builder).verdict.reason, Catch::Contains("COMMAND"));
  start(builder, ". /etc/profile; entry");
  CHECK(ask("SDC702", builder).unknown());
  for (const char* id : {"SDC703", "SDC704", "SDC705", "SDC706", "SDC707", "SDC708", "SDC711", "SDC712", "SDC713"}) {
    INFO(id);
    CHECK(ask(id, builder).not_applicable());
    CHECK_THAT(ask(id, builder).verdict.reason, Catch::Contains("SDC702"));
  }
  start(builder, ". /etc/profile; entrypoint");
  CHECK(ask("SDC702", builder).passed());
}

TEST_CASE("a program that is not there is no error where the shell goes on without it") {
  SubjectBuilder builder;
  for (const std::string text :
       {"entry || true", "entry | tee log", "entry & wait", "entry; sleep 1", "entry\nsleep 1", "! entry",
        "if entry; then true; fi", "entry && true || true", "(exec entry) || true", "set -e; entry && true; sleep 1",
        "set -e; set +e; entry; sleep 1", "{ entry; }; sleep 1", "cd / && entry || sleep 1"}) {
    start(builder, text);
    INFO(text);
    const RuleAnswer answer = ask("SDC702", builder);
    REQUIRE(answer.found());
    CHECK(answer.findings[0].severity == lint::Severity::warning);
    CHECK_THAT(answer.findings[0].message, Catch::Contains("the shell goes on when it fails"));
  }
  for (const std::string text :
       {"entry", "entry;", "entry && sleep 1", "exec entry || true", "exec entry; sleep 1", "set -eu; entry; sleep 1",
        "set -o errexit\nentry\nsleep 1", "echo go | entry", "{ entry; }", "(entry)", "entry # || true"}) {
    start(builder, text);
    INFO(text);
    const RuleAnswer answer = ask("SDC702", builder);
    REQUIRE(answer.found());
    CHECK_FALSE(answer.findings[0].severity);
  }
  builder.config.entrypoint = {"/bin/sh", "-ec", "entry; sleep 1"};
  CHECK_FALSE(ask("SDC702", builder).findings[0].severity);
}

TEST_CASE("other faults of the program are no errors either where the shell goes on") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/plain", elf_file(), 0644).file("/usr/bin/arm", elf_file("", 183), 0755);
  builder.files.file("/usr/bin/script", "#!/usr/bin/python3\n", 0755).file("/usr/bin/crlf", "#!/bin/sh\r\n", 0755);
  builder.files.file("/usr/bin/musl", elf_file("/lib/ld-musl-x86_64.so.1"), 0755);
  for (const auto& [id, program] : std::vector<std::pair<std::string, std::string>>{{"SDC703", "/usr/bin/plain"},
                                                                                    {"SDC704", "arm"},
                                                                                    {"SDC705", "musl"},
                                                                                    {"SDC706", "script"},
                                                                                    {"SDC707", "crlf"}}) {
    INFO(program);
    start(builder, program);
    REQUIRE(ask(id, builder).found());
    CHECK_FALSE(ask(id, builder).findings[0].severity);
    start(builder, program + " || true");
    CHECK(ask(id, builder).findings[0].severity == lint::Severity::warning);
  }
}

TEST_CASE("a shell that may be busybox may have the program built in") {
  SubjectBuilder builder;
  start(builder, "wget -O- http://localhost");
  CHECK(ask("SDC702", builder).unknown());
  CHECK_THAT(ask("SDC702", builder).verdict.reason, Catch::Contains("busybox"));
  builder.files.link("/bin/sh", "busybox").file("/bin/busybox", elf_file(), 0755);
  CHECK(ask("SDC702", builder).unknown());
  CHECK(ask("SDC703", builder).not_applicable());
  start(builder, "python3 app.py");
  CHECK(ask("SDC702", builder).found());
  start(builder, "/usr/bin/wget");
  CHECK(ask("SDC702", builder).found());
  builder.config.entrypoint = {"wget"};
  CHECK(ask("SDC702", builder).found());
  builder.files.link("/bin/sh", "dash").file("/bin/dash", elf_file(), 0755);
  start(builder, "wget -O- http://localhost");
  CHECK(ask("SDC702", builder).found());
}

TEST_CASE("without a shell nobody replaces variables") {
  SubjectBuilder builder;
  builder.config.env.emplace_back("APP=/usr/bin");
  builder.config.entrypoint = {"$APP/entrypoint"};
  CHECK_THAT(message(builder), Catch::Contains("'$' is a part of the name"));
}

TEST_CASE("a program is looked for behind the programs that only start it") {
  SubjectBuilder builder;
  for (const char* wrapper : {"tini", "dumb-init", "su-exec", "gosu", "nice", "env", "timeout", "catatonit"})
    builder.files.file(std::string("/usr/bin/") + wrapper, elf_file(), 0755);
  using Words = std::vector<std::string>;
  for (const Words& front :
       {Words{"tini", "--"}, Words{"/usr/bin/tini", "-g", "-p", "SIGTERM", "--"}, Words{"tini", "-wvvv"},
        Words{"dumb-init"}, Words{"dumb-init", "--rewrite", "15:3", "-c", "--"}, Words{"dumb-init", "--rewrite=15:3"},
        Words{"su-exec", "app"}, Words{"gosu", "5001:5001"}, Words{"nice"}, Words{"nice", "-n", "5"},
        Words{"nice", "-5"}, Words{"env", "A=b"}, Words{"timeout", "-k", "5", "60"}, Words{"catatonit", "--"},
        Words{"tini", "--", "nice", "-n5", "env", "-i"}}) {
    for (const bool there : {true, false}) {
      builder.config.entrypoint = front;
      builder.config.entrypoint.push_back(there ? "/usr/bin/entrypoint" : "/usr/bin/entry");
      INFO(front[0] << " of " << front.size() << ", " << there);
      CHECK(ask("SDC702", builder).found() == !there);
      CHECK(ask("SDC702", builder).passed() == there);
    }
  }
  builder.config.entrypoint = {"tini", "--", "/bin/sh", "-c", "exec nice entry"};
  CHECK(ask("SDC702", builder).found());
  builder.config.entrypoint = {"tini", "--", "/bin/sh", "-c", "exec nice entrypoint"};
  CHECK(ask("SDC702", builder).passed());
  builder.config.entrypoint = {"/bin/sh", "-c", "nice entry || true"};
  CHECK(ask("SDC702", builder).findings.at(0).severity == lint::Severity::warning);
}

TEST_CASE("a wrapper that is not there is the fault itself, and an option that is not known ends the search") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"tini", "--", "/usr/bin/entrypoint"};
  CHECK_THAT(message(builder), Catch::Contains("'tini' is in no folder"));
  builder.files.file("/usr/bin/tini", elf_file(), 0755);
  builder.config.entrypoint = {"tini", "-x", "entry"};
  CHECK(ask("SDC702", builder).unknown());
  CHECK_THAT(ask("SDC702", builder).verdict.reason, Catch::Contains("'-x'"));
  CHECK(ask("SDC703", builder).not_applicable());
  builder.config.entrypoint = {"tini"};
  CHECK(ask("SDC702", builder).passed());
}

TEST_CASE("a wrapper that changes the user leaves it open who may execute") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/gosu", elf_file(), 0755).file("/usr/bin/private", elf_file(), 0700);
  builder.config.entrypoint = {"gosu", "root", "private"};
  CHECK(ask("SDC703", builder).not_applicable());
  builder.config.entrypoint = {"/usr/bin/private"};
  CHECK(ask("SDC703", builder).found());
}

TEST_CASE("a variable with a value in the image is no riddle") {
  SubjectBuilder builder;
  builder.config.env.emplace_back("APP=/usr/bin");
  start(builder, "$APP/entrypoint");
  CHECK(ask("SDC702", builder).passed());
  start(builder, "${APP}/entry");
  CHECK(ask("SDC702", builder).found());
}

TEST_CASE("whether the program is there is unknown where it cannot be read") {
  SubjectBuilder builder;
  builder.files.broken("layer 0 is damaged");
  CHECK(ask("SDC702", builder).unknown());
}

TEST_CASE("the program of a server image comes from CMD") {
  SubjectBuilder builder;
  builder.config.entrypoint.clear();
  builder.config.cmd = {"python", "app.py"};
  const RuleAnswer answer = ask("SDC702", builder);
  REQUIRE(answer.found());
  CHECK(std::get<lint::ConfigField>(answer.findings[0].where).json_pointer == "/config/Cmd");
  builder.files.link("/usr/local/bin/python", "python3.8").file("/usr/local/bin/python3.8", elf_file(), 0755);
  CHECK(ask("SDC702", builder).passed());
}

}  // namespace sidecarctl::test
