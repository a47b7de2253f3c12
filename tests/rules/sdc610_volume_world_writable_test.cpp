// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC610 finds a folder that everybody may write to") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, GENERATE(0777U, 01777U, 0757U), 5001, 5001);
  const RuleAnswer answer = ask("SDC610", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].fix == "RUN chmod 755 " + kSharedVolume);
}

TEST_CASE("SDC610 leaves a folder that is writable for nothing else to SDC604 and SDC611") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, 0777, GENERATE(0U, 1000U), 0);
  CHECK(ask("SDC610", builder).not_applicable());
}

TEST_CASE("SDC610 is silent for other modes, does not apply to a missing folder, and may be unknown") {
  SubjectBuilder builder;
  CHECK(ask("SDC610", builder).passed());
  builder.files.directory(kSharedVolume, 0775, 5001, 5001);
  CHECK(ask("SDC610", builder).passed());
  builder.files.remove(kSharedVolume);
  CHECK(ask("SDC610", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC610", builder).unknown());
}

}  // namespace sidecarctl::test
