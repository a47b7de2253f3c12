// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC306 reads the name as a registry would") {
  SubjectBuilder builder;
  CHECK(ask("SDC306", builder).passed());
  builder.source.name = "registry.example/a//b:1";
  CHECK(ask("SDC306", builder).found());
  builder.source.name = "Registry/app:1";
  CHECK(ask("SDC306", builder).passed());
  builder.source.name = "app:1";
  CHECK(ask("SDC306", builder).passed());
  builder.settings.for_push = true;
  CHECK_THAT(ask("SDC306", builder).findings.at(0).message, Catch::Contains("names no registry host"));
  builder.source.name.reset();
  CHECK(ask("SDC306", builder).not_applicable());
}
