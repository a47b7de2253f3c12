// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC002 reports schema 1 and nothing else") {
  SubjectBuilder builder;
  CHECK(ask("SDC002", builder).passed());
  builder.has_config = false;
  builder.resolution.outcome = sidecarctl::Resolution::Outcome::schema1;
  CHECK(ask("SDC002", builder).found());
  builder.resolution.outcome = sidecarctl::Resolution::Outcome::not_an_image;
  CHECK(ask("SDC002", builder).passed());
}
