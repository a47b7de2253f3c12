// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("a shell form without a shell is found, and only that") {
  SubjectBuilder builder;
  builder.files.remove("/bin").remove("/usr");
  builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint"};
  const RuleAnswer answer = ask("SDC710", builder);
  REQUIRE(answer.found());
  CHECK_THAT(answer.findings[0].message, Catch::Contains("/bin/sh -c") && Catch::Contains("does not exist"));
  for (const char* rule : {"SDC702", "SDC703", "SDC704", "SDC705", "SDC706", "SDC707", "SDC708", "SDC711", "SDC712",
                           "SDC713", "SDC714", "SDC801"}) {
    INFO(rule);
    CHECK(ask(rule, builder).not_applicable());
  }
}

TEST_CASE("a shell that cannot run is found with its reason") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint"};
  builder.files.file("/bin/sh", elf_file(), 0700);
  CHECK_THAT(ask("SDC710", builder).findings.at(0).message, Catch::Contains("mode 0700"));
  builder.files.link("/bin/sh", "busybox");
  CHECK_THAT(ask("SDC710", builder).findings.at(0).message, Catch::Contains("/bin/sh -> busybox"));
  builder.files.file("/bin/sh", elf_file("/lib/ld-musl-x86_64.so.1"), 0755);
  CHECK_THAT(ask("SDC710", builder).findings.at(0).message, Catch::Contains("loader"));
  CHECK(ask("SDC705", builder).not_applicable());
  builder.files.file("/bin/sh", "", 0755);
  CHECK_THAT(ask("SDC710", builder).findings.at(0).message, Catch::Contains("empty"));
}

TEST_CASE("the shell of SHELL is the one that is looked for") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/bin/bash", "-o", "pipefail", "-c", "entrypoint"};
  CHECK(ask("SDC710", builder).found());
  builder.files.file("/bin/bash", elf_file(), 0755);
  CHECK(ask("SDC710", builder).passed());
}

TEST_CASE("exec form needs no shell") {
  SubjectBuilder builder;
  CHECK(ask("SDC710", builder).not_applicable());
}

}  // namespace sidecarctl::test
