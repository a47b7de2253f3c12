// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC006 reports zstd and uncompressed layers where they are not normal") {
  SubjectBuilder builder;
  CHECK(ask("SDC006", builder).passed());
  builder.manifest.layers[0].media_type = "application/vnd.oci.image.layer.v1.tar+zstd";
  CHECK(ask("SDC006", builder).found());
  builder.manifest.layers[0].media_type = "application/vnd.oci.image.layer.v1.tar";
  CHECK(ask("SDC006", builder).found());
  builder.source.uncompressed_layers_are_normal = true;
  CHECK(ask("SDC006", builder).not_applicable());
}
