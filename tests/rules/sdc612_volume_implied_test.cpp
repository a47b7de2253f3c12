// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC612 finds a folder without an entry of its own, beside SDC603") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, 0755);
  builder.files.node(kSharedVolume).implied = true;
  const RuleAnswer answer = ask("SDC612", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK_FALSE(answer.findings[0].severity);
  CHECK(ask("SDC603", builder).found());
}

TEST_CASE("SDC612 does not mind parents without an entry") {
  SubjectBuilder builder;
  builder.files.node("/opt/palantir/sidecars/shared-volumes").implied = true;
  CHECK(ask("SDC612", builder).passed());
}

TEST_CASE("SDC612 does not apply to a missing folder, and may be unknown") {
  SubjectBuilder builder;
  builder.files.remove(kSharedVolume);
  CHECK(ask("SDC612", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC612", builder).unknown());
}

}  // namespace sidecarctl::test
