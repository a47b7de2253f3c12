// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC303 knows the tags that move") {
  SubjectBuilder builder;
  for (const char* tag : {"main", "DEV", "nightly", "3", "v2", "12"}) {
    builder.source.tag = tag;
    CHECK(ask("SDC303", builder).found());
  }
  for (const char* tag : {"1.0", "v1.2.3", "20260101", "abc123", "main-7", "v"}) {
    builder.source.tag = tag;
    INFO(tag);
    CHECK(ask("SDC303", builder).passed());
  }
  builder.source.digest = "sha256:ab";
  CHECK(ask("SDC303", builder).not_applicable());
  builder.source.digest.reset();
  builder.source.tag.reset();
  CHECK(ask("SDC303", builder).not_applicable());
}
