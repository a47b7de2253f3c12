// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC611 finds a folder of a third user that is writable all the same") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, GENERATE(0777U, 0775U), 1000, 5001);
  const RuleAnswer answer = ask("SDC611", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK_THAT(answer.findings[0].message,
             Catch::StartsWith(kSharedVolume + " belongs to uid 1000, the container runs as 5001"));
  CHECK(ask("SDC604", builder).not_applicable());
}

TEST_CASE("SDC611 is silent for folders of the user and of root") {
  SubjectBuilder builder;
  CHECK(ask("SDC611", builder).passed());
  builder.files.directory(kSharedVolume, 0777, 0, 0);
  CHECK(ask("SDC611", builder).passed());
}

TEST_CASE("SDC611 leaves a folder that is not writable to SDC603, and may be unknown") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, 0755, 1000, 1000);
  CHECK(ask("SDC611", builder).not_applicable());
  builder.config.user = "0";
  CHECK(ask("SDC611", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC611", builder).unknown());
}

}  // namespace sidecarctl::test
