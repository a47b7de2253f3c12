// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC007 reports foreign layers by type and by URL") {
  SubjectBuilder builder;
  CHECK(ask("SDC007", builder).passed());
  builder.manifest.layers[0].urls = {"https://example.com/x"};
  CHECK_THAT(ask("SDC007", builder).findings.at(0).message, Catch::Contains("'https://example.com/x'"));
  builder.manifest.layers[0].urls.clear();
  builder.manifest.layers[0].media_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
  CHECK(ask("SDC007", builder).found());
  builder.has_manifest = false;
  CHECK(ask("SDC007", builder).not_applicable());
}
