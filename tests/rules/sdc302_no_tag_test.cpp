// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC302 asks for a tag or a digest") {
  SubjectBuilder builder;
  CHECK(ask("SDC302", builder).passed());
  builder.source.tag.reset();
  CHECK(ask("SDC302", builder).found());
  builder.source.digest = "sha256:ab";
  CHECK(ask("SDC302", builder).passed());
  builder.source.digest.reset();
  builder.source.name = "registry.example/App";
  CHECK(ask("SDC302", builder).not_applicable());
  CHECK(ask("SDC306", builder).found());
  builder.source.name.reset();
  CHECK(ask("SDC302", builder).not_applicable());
}
