// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC009 reports unsafe entries, duplicates as info, and a total when there are many") {
  using sidecarctl::TarAnomaly;
  SubjectBuilder builder;
  sidecarctl::LayerFacts layer;
  layer.index = 1;
  builder.files.layers.push_back(layer);
  CHECK(ask("SDC009", builder).passed());
  builder.files.layers[0].anomalies = {{TarAnomaly::Kind::escapes_root, "../x", "the name leaves the root"},
                                       {TarAnomaly::Kind::duplicate, "/a", "the path stands twice"}};
  builder.files.layers[0].anomaly_count = 2;
  auto answer = ask("SDC009", builder);
  REQUIRE(answer.findings.size() == 2);
  CHECK_FALSE(answer.findings[0].severity);
  CHECK(answer.findings[1].severity == sidecarctl::lint::Severity::info);
  builder.files.layers[0].anomalies.resize(50, {TarAnomaly::Kind::bad_whiteout, ".wh.", "x"});
  builder.files.layers[0].anomaly_count = 5000;
  answer = ask("SDC009", builder);
  CHECK(answer.findings.size() == 11);
  CHECK_THAT(answer.findings.back().message, Catch::Contains("5000"));
  builder.has_manifest = false;
  CHECK(ask("SDC009", builder).not_applicable());
}
