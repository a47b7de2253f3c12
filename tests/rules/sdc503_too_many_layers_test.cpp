// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC503 counts layers") {
  struct Case {
    std::size_t layers;
    bool found, fatal;
  };
  const Case row = GENERATE(Case{1, false, false}, Case{40, false, false}, Case{41, true, false},
                            Case{127, true, false}, Case{128, true, true});
  const bool has_manifest = GENERATE(true, false);
  SubjectBuilder builder;
  builder.has_manifest = has_manifest;
  builder.manifest.layers.resize(row.layers, builder.manifest.layers[0]);
  builder.config.diff_ids.resize(row.layers, builder.config.diff_ids[0]);
  const auto answer = ask("SDC503", builder);
  REQUIRE(answer.found() == row.found);
  if (row.found) CHECK((answer.findings[0].severity == sidecarctl::lint::Severity::error) == row.fatal);
}
