// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC301 refuses latest and warns of its other spellings") {
  SubjectBuilder builder;
  CHECK(ask("SDC301", builder).passed());
  builder.source.tag = "latest";
  CHECK(ask("SDC301", builder).findings.at(0).severity == sidecarctl::lint::Severity::error);
  builder.source.tag = "Latest";
  CHECK(ask("SDC301", builder).findings.at(0).severity == sidecarctl::lint::Severity::warning);
  builder.source.tag = "latest-1";
  CHECK(ask("SDC301", builder).passed());
  builder.source.tag.reset();
  CHECK(ask("SDC301", builder).not_applicable());
  builder.source.name.reset();
  CHECK(ask("SDC301", builder).not_applicable());
}
