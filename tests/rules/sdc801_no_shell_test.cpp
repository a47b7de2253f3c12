// SPDX-License-Identifier: Apache-2.0
#include "lint/engine.hpp"
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("an image without a usable /bin/sh is found, an error with --telemetry") {
  SubjectBuilder builder;
  builder.files.remove("/bin/sh");
  CHECK_FALSE(ask("SDC801", builder).findings.at(0).severity);
  CHECK(lint::require_rule("SDC801").error_with_telemetry);
}

TEST_CASE("a dangling link, no x and a missing loader make the shell unusable") {
  SubjectBuilder builder;
  builder.files.link("/bin/sh", "/bin/busybox");
  CHECK_THAT(ask("SDC801", builder).findings.at(0).message, Catch::Contains("/bin/sh -> /bin/busybox"));
  builder.files.file("/bin/sh", elf_file(), 0750);
  CHECK_THAT(ask("SDC801", builder).findings.at(0).message, Catch::Contains("0750"));
  builder.files.file("/bin/sh", elf_file("/lib/ld-musl-x86_64.so.1"), 0755);
  CHECK_THAT(ask("SDC801", builder).findings.at(0).message, Catch::Contains("loader"));
  builder.files.file("/bin/sh", elf_file("", 183), 0755);
  CHECK_THAT(ask("SDC801", builder).findings.at(0).message, Catch::Contains("not for x86-64"));
}

TEST_CASE("a shell behind links passes, and what cannot be read is unknown") {
  SubjectBuilder builder;
  CHECK(ask("SDC801", builder).passed());
  builder.files.remove("/bin")
      .link("/bin", "usr/bin")
      .link("/usr/bin/sh", "dash")
      .file("/usr/bin/dash", elf_file(), 0755);
  CHECK(ask("SDC801", builder).passed());
  builder.files.broken("damaged");
  CHECK(ask("SDC801", builder).unknown());
}

TEST_CASE("the shell that starts the program is SDC710's") {
  SubjectBuilder builder;
  builder.files.remove("/bin/sh");
  builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint"};
  CHECK(ask("SDC801", builder).not_applicable());
}

}  // namespace sidecarctl::test
