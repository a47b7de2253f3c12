// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC204 compares the chosen entry with the config") {
  SubjectBuilder builder;
  CHECK(ask("SDC204", builder).not_applicable());
  builder.resolution.chosen = builder.manifest.config;
  CHECK(ask("SDC204", builder).not_applicable());
  builder.resolution.chosen->platform = sidecarctl::linux_amd64();
  CHECK(ask("SDC204", builder).passed());
  builder.config.platform.architecture = "arm64";
  CHECK(ask("SDC204", builder).not_applicable());  // SDC201 says it.
  builder.config.platform.architecture = "amd64";
  builder.resolution.chosen->platform = sidecarctl::Platform{"linux", "386", ""};
  CHECK(ask("SDC204", builder).findings.at(0).message ==
        "the index says linux/386, the config of that image says linux/amd64");
}
