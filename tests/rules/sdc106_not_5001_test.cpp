// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC106 is an error in the profile byoc and info elsewhere") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("1234", "1234:5001", "1234:nosuch");
  CHECK(ask("SDC106", builder).findings.at(0).severity == lint::Severity::info);
  builder.profile.name = lint::ProfileName::byoc;
  const RuleAnswer answer = ask("SDC106", builder);
  CHECK(answer.findings.at(0).severity == lint::Severity::error);
  CHECK(answer.findings[0].message == "the user is 1234; transforms with an own container need exactly 5001");
}

TEST_CASE("SDC106 is silent for 5001, and reads no file for a number") {
  SubjectBuilder builder;
  builder.files.broken("damaged");
  builder.config.user = GENERATE("5001", "5001:0");
  CHECK(ask("SDC106", builder).passed());
}

TEST_CASE("SDC106 leaves other faults to their rules") {
  SubjectBuilder builder;
  builder.files.broken("damaged");
  builder.config.user = GENERATE("", "0", ":1", "-1", "0x1", "05001", "+1234", "app");
  CHECK(ask("SDC106", builder).not_applicable());
}

}  // namespace sidecarctl::test
