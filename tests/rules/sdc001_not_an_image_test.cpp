// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC001 reports what is no image, with its reason") {
  SubjectBuilder builder;
  CHECK(ask("SDC001", builder).passed());
  builder.has_config = false;
  builder.resolution.outcome = sidecarctl::Resolution::Outcome::not_an_image;
  builder.resolution.reason = "the config's media type is 'application/vnd.cncf.helm.config.v1+json'";
  const auto answer = ask("SDC001", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK_THAT(answer.findings[0].message, Catch::Contains("helm"));
  builder.resolution.outcome = sidecarctl::Resolution::Outcome::schema1;
  CHECK(ask("SDC001", builder).passed());
}
