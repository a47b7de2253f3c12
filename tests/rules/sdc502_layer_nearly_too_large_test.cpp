// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC502 warns before the limit, and of large unpacked layers") {
  SubjectBuilder builder;
  CHECK(ask("SDC502", builder).passed());
  builder.manifest.layers[0].size = 8'000'000'001;
  CHECK(ask("SDC502", builder).found());
  builder.manifest.layers[0].size = 10'000'000'001;
  CHECK(ask("SDC502", builder).passed());  // SDC501 says it.
  builder.source.uncompressed_layers_are_normal = true;
  CHECK_THAT(ask("SDC502", builder).findings.at(0).message, Catch::Contains("unpacked"));
  builder.manifest.layers[0].size = 9'000'000'000;
  CHECK(ask("SDC502", builder).passed());
}

TEST_CASE("SDC502 uses what was learned by reading and by asking the engine") {
  SubjectBuilder builder;
  sidecarctl::LayerFacts layer;
  layer.unpacked_size = 10'000'000'001;
  builder.files.layers = {layer};
  CHECK(ask("SDC502", builder).findings.size() == 1);
  builder.has_manifest = false;
  CHECK(ask("SDC502", builder).not_applicable());
}
