// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC304 looks at the other names") {
  SubjectBuilder builder;
  CHECK(ask("SDC304", builder).passed());
  builder.source.other_names = {"app:1.1", "app:latest-1"};
  CHECK(ask("SDC304", builder).passed());
  builder.source.other_names.push_back("registry.example/app:latest");
  CHECK(ask("SDC304", builder).findings.at(0).value == "registry.example/app:latest");
}
