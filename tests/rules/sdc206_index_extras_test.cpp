// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC206 lists what else is in the index") {
  SubjectBuilder builder;
  CHECK(ask("SDC206", builder).not_applicable());
  auto entry = builder.manifest.config;
  entry.platform = sidecarctl::linux_amd64();
  builder.resolution.entries = {entry};
  builder.resolution.chosen = entry;
  CHECK(ask("SDC206", builder).passed());
  entry.digest = sidecarctl::Digest::sha256_of("other");
  entry.platform = sidecarctl::Platform{"linux", "arm64", ""};
  builder.resolution.entries.push_back(entry);
  entry.platform = sidecarctl::Platform{"unknown", "unknown", ""};
  builder.resolution.entries.push_back(entry);
  CHECK(ask("SDC206", builder).findings.at(0).message == "the index also holds linux/arm64, 1 attestation");
}
