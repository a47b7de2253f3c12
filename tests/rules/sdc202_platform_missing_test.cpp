// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC202 asks for os and architecture") {
  SubjectBuilder builder;
  CHECK(ask("SDC202", builder).passed());
  builder.config.has_architecture = false;
  CHECK(ask("SDC202", builder).findings.at(0).message == "the image config has no architecture");
  builder.config.has_os = false;
  CHECK(ask("SDC202", builder).findings.at(0).message == "the image config has no os and no architecture");
  builder.config.has_architecture = true;
  CHECK(ask("SDC202", builder).findings.at(0).message == "the image config has no os");
}
