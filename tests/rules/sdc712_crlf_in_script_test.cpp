// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>

namespace sidecarctl::test {

TEST_CASE("a shell script with CR LF in its body is found") {
  for (const std::string line : {"#!/bin/sh", "#!/usr/bin/env sh", "#!/usr/bin/env -S sh -e"}) {
    SubjectBuilder builder;
    builder.files.file("/usr/bin/env", elf_file(), 0755);
    builder.files.file("/usr/bin/entrypoint", line + "\nif true; then\r\necho\r\nfi\r\n", 0755);
    INFO(line);
    CHECK(ask("SDC712", builder).found());
    CHECK(ask("SDC707", builder).passed());
  }
}

TEST_CASE("LF passes, and other languages do not mind") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\necho\n", 0755);
  CHECK(ask("SDC712", builder).passed());
  builder.files.file("/usr/bin/python3", elf_file(), 0755)
      .file("/usr/bin/entrypoint", "#!/usr/bin/python3\nimport os\r\n", 0755);
  CHECK(ask("SDC712", builder).not_applicable());
}

TEST_CASE("a text that the shell runs counts, one that Linux refuses does not") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "echo\r\n", 0755);
  CHECK(ask("SDC712", builder).not_applicable());
  builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint"};
  CHECK(ask("SDC712", builder).found());
}

TEST_CASE("a CR in the first line is SDC707's finding alone") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\r\necho\r\n", 0755);
  CHECK(ask("SDC712", builder).not_applicable());
}

TEST_CASE("a program is no shell script") {
  SubjectBuilder builder;
  CHECK(ask("SDC712", builder).not_applicable());
}

}  // namespace sidecarctl::test
