// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC201 compares os and architecture of the config") {
  SubjectBuilder builder;
  CHECK(ask("SDC201", builder).passed());
  builder.config.platform.variant = "v3";
  CHECK(ask("SDC201", builder).passed());
  builder.config.platform.architecture = "x86_64";  // containerd takes it for amd64.
  CHECK(ask("SDC201", builder).passed());
  builder.config.platform = {"linux", "arm", "v7"};
  CHECK(ask("SDC201", builder).findings.at(0).value == "linux/arm/v7");
  builder.config.platform = {"windows", "amd64", ""};
  CHECK(ask("SDC201", builder).found());
  builder.config.has_architecture = false;
  CHECK(ask("SDC201", builder).not_applicable());
}
