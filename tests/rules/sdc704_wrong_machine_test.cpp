// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>
#include <utility>

namespace sidecarctl::test {

TEST_CASE("a program for another machine is found") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", elf_file("", 183), 0755);
  const RuleAnswer answer = ask("SDC704", builder);
  REQUIRE(answer.found());
  CHECK_THAT(answer.findings[0].message, Catch::Contains("aarch64"));
  CHECK_FALSE(answer.findings[0].severity);
  CHECK(ask("SDC705", builder).passed());
}

TEST_CASE("the loader of a program for another machine is not asked for") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", elf_file("/lib/ld-linux-aarch64.so.1", 183), 0755);
  CHECK(ask("SDC704", builder).found());
  CHECK(ask("SDC705", builder).not_applicable());
}

TEST_CASE("a 32-bit x86 program is a warning") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", elf_file("", 3, false), 0755);
  const RuleAnswer answer = ask("SDC704", builder);
  REQUIRE(answer.found());
  CHECK(answer.findings[0].severity == lint::Severity::warning);
  builder.files.file("/usr/bin/entrypoint", elf_file("", 62, false), 0755);
  CHECK_FALSE(ask("SDC704", builder).findings.at(0).severity);
}

TEST_CASE("programs of other systems and other data are named") {
  const std::string nul(8, '\0');
  const std::pair<std::string, std::string> table[] = {{"MZ" + nul, "Windows"},
                                                       {"\xcf\xfa\xed\xfe" + nul, "macOS"},
                                                       {"PK\x03\x04" + nul, "neither a program nor a script"},
                                                       {elf_file().substr(0, 70), "cut off"}};
  for (const auto& [content, text] : table) {
    SubjectBuilder builder;
    builder.files.file("/usr/bin/entrypoint", content, 0755);
    INFO(text);
    CHECK_THAT(ask("SDC704", builder).findings.at(0).message, Catch::Contains(text));
  }
}

TEST_CASE("the interpreter of a script and the shell of a shell form count too") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/usr/bin/python3\n", 0755)
      .file("/usr/bin/python3", elf_file("", 183), 0755);
  CHECK_THAT(ask("SDC704", builder).findings.at(0).message, Catch::Contains("/usr/bin/python3"));
  builder.files.file("/bin/sh", elf_file("", 183), 0755);
  builder.config.entrypoint = {"/bin/sh", "-c", "$X"};
  CHECK_THAT(ask("SDC704", builder).findings.at(0).message, Catch::Contains("/bin/sh"));
  CHECK(ask("SDC710", builder).not_applicable());
}

TEST_CASE("an image that is for another platform is SDC201's finding") {
  SubjectBuilder builder;
  builder.config.platform.architecture = "arm64";
  builder.files.file("/usr/bin/entrypoint", elf_file("", 183), 0755);
  CHECK(ask("SDC704", builder).not_applicable());
}

TEST_CASE("an x86-64 program passes, a script without a look at its interpreter does not matter") {
  SubjectBuilder builder;
  CHECK(ask("SDC704", builder).passed());
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\n", 0755);
  CHECK(ask("SDC704", builder).passed());
  builder.config.entrypoint = {"/bin/sh", "-c", "$X"};
  CHECK(ask("SDC704", builder).not_applicable());
}

}  // namespace sidecarctl::test
