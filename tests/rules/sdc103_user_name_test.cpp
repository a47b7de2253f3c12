// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC103 finds a name and tells its uid") {
  SubjectBuilder builder;
  builder.config.user = "app";
  const RuleAnswer answer = ask("SDC103", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].message == "USER 'app' is a name, not a number; /etc/passwd gives it uid 5001");
  CHECK(answer.findings[0].fix == "USER 5001");
}

TEST_CASE("SDC103 says that a name that nobody has cannot start") {
  SubjectBuilder builder;
  builder.config.user = "nosuch:5001";
  CHECK(ask("SDC103", builder).findings.at(0).message ==
        "USER 'nosuch:5001' is a name, not a number, and the container cannot start: no user 'nosuch' in /etc/passwd");
}

TEST_CASE("SDC103 finds a name also when the files cannot be read") {
  SubjectBuilder builder;
  builder.config.user = "app";
  builder.files.broken("damaged");
  CHECK(ask("SDC103", builder).findings.at(0).message == "USER 'app' is a name, not a number");
}

TEST_CASE("SDC103 is silent for numbers in any spelling") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("5001", "+5001", "0", "0x1389", "-1");
  CHECK(ask("SDC103", builder).passed());
}

TEST_CASE("SDC103 leaves root and no user to other rules") {
  SubjectBuilder builder;
  builder.files.file("/etc/passwd", "toor:x:0:0::/:\n");
  builder.config.user = GENERATE("", "root", "toor");
  CHECK(ask("SDC103", builder).not_applicable());
}

}  // namespace sidecarctl::test
