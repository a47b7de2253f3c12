// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC102 finds every spelling of root") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("0", "00", "+0", "-0", "0:0", "0:5001", "0:", "root", "root:root", ":5001", ":");
  const RuleAnswer answer = ask("SDC102", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].value == builder.config.user);
}

TEST_CASE("SDC102 finds a name that /etc/passwd gives uid 0") {
  SubjectBuilder builder;
  builder.files.file("/etc/passwd", "toor:x:0:0::/:\n");
  builder.config.user = "toor";
  CHECK(ask("SDC102", builder).findings.at(0).message == "USER 'toor' is root: /etc/passwd gives it uid 0");
}

TEST_CASE("SDC102 takes a line of /etc/passwd without a uid as root, as the runtime does") {
  SubjectBuilder builder;
  builder.files.file("/etc/passwd", "app\n");
  builder.config.user = "app";
  CHECK(ask("SDC102", builder).found());
}

TEST_CASE("SDC102 is silent for other users") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("5001", "app", "nosuch", "-1", "0x0", "10", "5001:0");
  CHECK(ask("SDC102", builder).passed());
}

TEST_CASE("SDC102 does not apply without USER, and needs files only for a name") {
  SubjectBuilder builder;
  builder.files.broken("damaged");
  builder.config.user = "";
  CHECK(ask("SDC102", builder).not_applicable());
  builder.config.user = "0";
  CHECK(ask("SDC102", builder).found());
  builder.config.user = "root";
  CHECK(ask("SDC102", builder).found());
  builder.config.user = "5001";
  CHECK(ask("SDC102", builder).passed());
  builder.config.user = "app";
  CHECK(ask("SDC102", builder).unknown());
}

}  // namespace sidecarctl::test
