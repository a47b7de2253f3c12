// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC004 compares the layers of manifest, config and history") {
  SubjectBuilder builder;
  CHECK(ask("SDC004", builder).passed());
  builder.config.history.clear();
  CHECK(ask("SDC004", builder).passed());
  builder.config.history = {{"a", "", false}, {"b", "", false}};
  CHECK(ask("SDC004", builder).findings.at(0).severity == sidecarctl::lint::Severity::info);
  builder.manifest.layers.push_back(builder.manifest.layers[0]);
  const auto answer = ask("SDC004", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].severity == sidecarctl::lint::Severity::error);
  CHECK(answer.findings[0].message == "the manifest has 2 layers, the config 1 of them");
  builder.has_manifest = false;
  CHECK(ask("SDC004", builder).not_applicable());
}
