// SPDX-License-Identifier: Apache-2.0
#include "lint/engine.hpp"
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("an image without tee is found, an error with --telemetry") {
  SubjectBuilder builder;
  builder.files.remove("/usr/bin/tee");
  CHECK_FALSE(ask("SDC802", builder).findings.at(0).severity);
  CHECK(lint::require_rule("SDC802").error_with_telemetry);
}

TEST_CASE("tee is searched in the image's PATH only, if there is one") {
  SubjectBuilder builder;
  builder.config.env = {"PATH=/opt/bin"};
  CHECK(ask("SDC802", builder).found());
  builder.config.env = {};
  CHECK(ask("SDC802", builder).passed());
}

TEST_CASE("a tee that the user may not execute is passed over for one that he may") {
  SubjectBuilder builder;
  builder.files.file("/usr/local/bin/tee", elf_file(), 0700);
  CHECK(ask("SDC802", builder).passed());
  builder.files.remove("/usr/bin/tee");
  CHECK_THAT(ask("SDC802", builder).findings.at(0).message, Catch::Contains("0700"));
}

TEST_CASE("whether there is a tee is unknown where it cannot be read") {
  SubjectBuilder builder;
  builder.files.broken("damaged");
  CHECK(ask("SDC802", builder).unknown());
}

}  // namespace sidecarctl::test
