// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC501 measures each layer against the limit") {
  SubjectBuilder builder;
  builder.manifest.layers[0].size = 10'000'000'000;
  CHECK(ask("SDC501", builder).passed());
  builder.manifest.layers[0].size = 10'000'000'001;
  CHECK(ask("SDC501", builder).findings.at(0).value == "10000000001");
  builder.settings.max_layer_size = 20'000'000'000;
  CHECK(ask("SDC501", builder).passed());
  builder.source.uncompressed_layers_are_normal = true;
  CHECK(ask("SDC501", builder).not_applicable());
  builder.has_manifest = false;
  CHECK(ask("SDC501", builder).not_applicable());
}
