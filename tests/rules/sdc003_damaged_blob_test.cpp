// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC003 reports every fault of the layers that were read") {
  SubjectBuilder builder;
  sidecarctl::LayerFacts layer;
  layer.index = 2;
  builder.files.layers.push_back(layer);
  CHECK(ask("SDC003", builder).passed());
  using sidecarctl::LayerFault;
  builder.files.layers[0].faults = {{LayerFault::Kind::digest, "the digest is x"},
                                    {LayerFault::Kind::diff_id, "the diff_id is y"}};
  const auto answer = ask("SDC003", builder);
  REQUIRE(answer.findings.size() == 2);
  CHECK(std::get<sidecarctl::lint::LayerFile>(answer.findings[0].where).layer == 2);
  builder.has_manifest = false;
  CHECK(ask("SDC003", builder).not_applicable());
}
