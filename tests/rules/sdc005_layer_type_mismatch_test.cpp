// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC005 compares the media type with the first bytes") {
  using sidecarctl::Compression;
  SubjectBuilder builder;
  sidecarctl::LayerFacts layer;
  builder.files.layers.push_back(layer);
  CHECK(ask("SDC005", builder).passed());  // Not looked at.
  builder.files.layers[0].compression = Compression::gzip;
  CHECK(ask("SDC005", builder).passed());
  builder.files.layers[0].compression = Compression::zstd;
  CHECK(ask("SDC005", builder).findings.at(0).value == "zstd");
  builder.manifest.layers[0].media_type = "application/vnd.oci.image.layer.v1.tar";
  builder.files.layers[0].compression = Compression::none;
  CHECK(ask("SDC005", builder).passed());
  builder.manifest.layers[0].media_type = "application/octet-stream";
  CHECK(ask("SDC005", builder).passed());
  builder.files.layers[0].index = 7;
  CHECK(ask("SDC005", builder).passed());
}
