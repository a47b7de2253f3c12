// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC008 reports a name that two images share") {
  SubjectBuilder builder;
  CHECK(ask("SDC008", builder).passed());
  builder.source.same_name = {"sha256:ab"};
  CHECK_THAT(ask("SDC008", builder).findings.at(0).message, Catch::Contains("1 other image in this place has"));
  builder.source.same_name.push_back("sha256:cd");
  CHECK_THAT(ask("SDC008", builder).findings.at(0).message, Catch::Contains("2 other images in this place have"));
}
