// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>

namespace sidecarctl::test {

namespace {

/// An image whose program is that script, with an env that is an ELF file.
SubjectBuilder with_script(const std::string& content) {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", content, 0755).file("/usr/bin/env", elf_file(), 0755);
  return builder;
}

std::string message(SubjectBuilder& builder) {
  const RuleAnswer answer = ask("SDC706", builder);
  return answer.found() ? answer.findings[0].message : "no finding: " + answer.verdict.reason;
}

}  // namespace

TEST_CASE("an interpreter that is not there is found, also behind env") {
  for (const std::string line :
       {"#!/usr/bin/python3", "#!/usr/bin/env python3", "#!/usr/bin/env -S python3 -u", "#!/usr/bin/env -S A=b python3",
        "#!/usr/bin/env -S -i python3", "#!/usr/bin/perl6 -w", "#!bin/sh"}) {
    SubjectBuilder builder = with_script(line + "\n");
    INFO(line);
    const RuleAnswer answer = ask("SDC706", builder);
    REQUIRE(answer.found());
    CHECK_THAT(answer.findings[0].message, Catch::Contains("/usr/bin/entrypoint"));
    CHECK(ask("SDC707", builder).passed());
  }
}

TEST_CASE("an interpreter that is there passes, also through links and scripts") {
  for (const std::string line : {"#!/bin/sh", "#! /bin/sh -e", "#!/usr/bin/env sh", "#!/usr/bin/env -S sh -eu",
                                 "#!/usr/bin/env -S -i PATH=/bin sh", "#!/x/script"}) {
    SubjectBuilder builder = with_script(line + "\n");
    builder.files.file("/x/script", "#!/usr/bin/env sh\n", 0755);
    INFO(line);
    CHECK(ask("SDC706", builder).passed());
  }
}

TEST_CASE("env gets several words as one, unless -S splits them") {
  SubjectBuilder builder = with_script("#!/usr/bin/env sh -e\n");
  const RuleAnswer answer = ask("SDC706", builder);
  REQUIRE(answer.found());
  CHECK_THAT(answer.findings[0].message, Catch::Contains("'sh -e'"));
  CHECK_THAT(answer.findings[0].fix, Catch::Contains("env -S sh -e"));
}

TEST_CASE("env searches the image's PATH, or the one that it is given") {
  SubjectBuilder builder = with_script("#!/usr/bin/env python3\n");
  builder.files.file("/opt/venv/bin/python3", elf_file(), 0755);
  CHECK(ask("SDC706", builder).found());
  builder.config.env = {"PATH=/opt/venv/bin:/usr/bin:/bin"};
  CHECK(ask("SDC706", builder).passed());
  builder = with_script("#!/usr/bin/env -S PATH=/opt/venv/bin python3\n");
  builder.files.file("/opt/venv/bin/python3", elf_file(), 0755);
  CHECK(ask("SDC706", builder).passed());
}

TEST_CASE("an interpreter that cannot run is found") {
  SubjectBuilder builder = with_script("#!/opt/run\n");
  builder.files.file("/opt/run", elf_file(), 0644);
  CHECK_THAT(message(builder), Catch::Contains("mode 0644"));
  builder.files.file("/opt/run", "hello\n", 0755);
  CHECK_THAT(message(builder), Catch::Contains("no '#!' line"));
  builder.files.directory("/opt/run");
  CHECK_THAT(message(builder), Catch::Contains("folder"));
  builder.files.link("/opt/run", "/opt/run");
  CHECK_THAT(message(builder), Catch::Contains("circle"));
}

TEST_CASE("five scripts may interpret one another, six may not") {
  for (const int scripts : {5, 6}) {
    SubjectBuilder builder = with_script("#!/s1\n");
    for (int i = 1; i < scripts; ++i) {
      builder.files.file("/s" + std::to_string(i),
                         i + 1 < scripts ? "#!/s" + std::to_string(i + 1) + "\n" : "#!/bin/sh\n", 0755);
    }
    INFO(scripts);
    CHECK(ask("SDC706", builder).found() == (scripts == 6));
  }
}

TEST_CASE("a script that leads to itself through env is found, not followed for ever") {
  SubjectBuilder builder = with_script("#!/usr/bin/env entrypoint\n");
  CHECK(ask("SDC706", builder).found());
}

TEST_CASE("the env of busybox knows no -S") {
  SubjectBuilder builder = with_script("#!/usr/bin/env -S sh -e\n");
  builder.files.file("/bin/busybox", elf_file(), 0755).link("/usr/bin/env", "/bin/busybox");
  const RuleAnswer answer = ask("SDC706", builder);
  REQUIRE(answer.found());
  CHECK(answer.findings[0].severity == lint::Severity::warning);
}

TEST_CASE("a wrong option of env is found, a variable in its words is unknown") {
  SubjectBuilder builder = with_script("#!/usr/bin/env -x\n");
  CHECK_THAT(message(builder), Catch::Contains("'-x'"));
  builder = with_script("#!/usr/bin/env -S ${HOME}/run\n");
  CHECK(ask("SDC706", builder).unknown());
}

TEST_CASE("env as the program itself is followed too") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/env", elf_file(), 0755);
  builder.config.entrypoint = {"/usr/bin/env", "A=b", "python3", "app.py"};
  CHECK(ask("SDC702", builder).found());
  builder.config.entrypoint = {"/usr/bin/env", "-S", "A=b python3", "app.py"};
  CHECK(ask("SDC706", builder).found());
  builder.config.entrypoint = {"/bin/sh", "-c", "env A=b entrypoint"};
  CHECK(ask("SDC702", builder).passed());
}

TEST_CASE("a program that is no script has no interpreter, and a first line that cannot work is SDC707's") {
  SubjectBuilder builder;
  CHECK(ask("SDC706", builder).not_applicable());
  builder = with_script("#!/bin/sh\r\n");
  CHECK(ask("SDC706", builder).not_applicable());
}

TEST_CASE("an entrypoint as in the documentation's flags sample lacks python3 on a newer base") {
  SubjectBuilder builder = with_script("#!/usr/bin/env python3\nimport os\n");
  builder.config.entrypoint = {"/bin/sh", "-c",
                               "entrypoint -c \"dd if=$SHARED_DIR/infile.csv of=$SHARED_DIR/outfile.csv\""};
  CHECK_THAT(message(builder), Catch::Contains("'python3' is in no folder of PATH"));
  builder.files.link("/usr/bin/python3", "python3.11")
      .file("/usr/bin/python3.11", elf_file("/lib64/ld-linux-x86-64.so.2"), 0755);
  builder.files.link("/lib64", "usr/lib64").file("/usr/lib64/ld-linux-x86-64.so.2", elf_file(), 0755);
  for (const char* rule :
       {"SDC701", "SDC702", "SDC703", "SDC704", "SDC705", "SDC706", "SDC707", "SDC708", "SDC710", "SDC711"}) {
    INFO(rule);
    CHECK(ask(rule, builder).passed());
  }
}

}  // namespace sidecarctl::test
