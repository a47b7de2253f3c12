// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC205 reports a variant above v1") {
  SubjectBuilder builder;
  CHECK(ask("SDC205", builder).passed());
  builder.config.platform.variant = "v1";
  CHECK(ask("SDC205", builder).passed());
  builder.config.platform.variant = "v4";
  CHECK(ask("SDC205", builder).findings.at(0).value == "v4");
  builder.config.platform = {"linux", "arm", "v7"};
  CHECK(ask("SDC205", builder).not_applicable());
}
