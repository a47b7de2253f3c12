// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("a script that may be executed but not read is found") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\n", 0711);
  const RuleAnswer answer = ask("SDC711", builder);
  REQUIRE(answer.found());
  CHECK_THAT(answer.findings[0].message, Catch::Contains("0711"));
  CHECK(ask("SDC703", builder).passed());
}

TEST_CASE("a script that may be read passes, and one that may not be executed is another rule's") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\n", 0755);
  CHECK(ask("SDC711", builder).passed());
  builder.files.node("/usr/bin/entrypoint").mode = 0600;
  CHECK(ask("SDC711", builder).passed());
  CHECK(ask("SDC703", builder).found());
}

TEST_CASE("a script that interprets another must be readable too, a program need not") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/opt/run\n", 0755).file("/opt/run", "#!/bin/sh\n", 0711);
  CHECK_THAT(ask("SDC711", builder).findings.at(0).message, Catch::Contains("/opt/run"));
  builder.files.file("/usr/bin/entrypoint", elf_file(), 0711);
  CHECK(ask("SDC711", builder).not_applicable());
}

TEST_CASE("a text that the shell runs must be readable") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "echo\n", 0711);
  builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint"};
  CHECK(ask("SDC711", builder).found());
}

TEST_CASE("root reads everything, and a user that cannot exist is another rule's finding") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\n", 0711, 7);
  builder.config.user = "0";
  CHECK(ask("SDC711", builder).passed());
  builder.config.user = "4294967296";
  CHECK(ask("SDC711", builder).not_applicable());
}

}  // namespace sidecarctl::test
