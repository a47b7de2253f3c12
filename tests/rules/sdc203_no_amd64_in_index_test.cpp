// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC203 reports an index without the platform") {
  SubjectBuilder builder;
  CHECK(ask("SDC203", builder).passed());
  builder.has_config = false;
  builder.resolution.outcome = sidecarctl::Resolution::Outcome::no_platform;
  builder.resolution.reason = "the index has no linux/amd64 but linux/arm64";
  CHECK(ask("SDC203", builder).findings.at(0).message == builder.resolution.reason);
  builder.has_manifest = false;
  CHECK(ask("SDC203", builder).not_applicable());
}
