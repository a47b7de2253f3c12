// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"
#include "util/json.hpp"

#include <optional>
#include <string_view>
#include <vector>

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
  builder.files.layers[0].index = 7;
  CHECK(ask("SDC005", builder).passed());
}

TEST_CASE("SDC005 knows the media types of layers, and the bytes that containerd cannot unpack") {
  using sidecarctl::Compression;
  SubjectBuilder builder;
  builder.manifest.layers[0].media_type = "application/octet-stream";
  const auto unknown = ask("SDC005", builder);
  REQUIRE(unknown.findings.size() == 1);
  CHECK_THAT(unknown.findings[0].message, Catch::Contains("which is no media type of a layer"));
  builder.manifest.layers[0].media_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
  CHECK(ask("SDC005", builder).passed());
  sidecarctl::LayerFacts layer;
  layer.compression = Compression::xz;
  builder.files.layers.push_back(layer);
  CHECK(ask("SDC005", builder).findings.at(0).severity == sidecarctl::lint::Severity::error);
}

TEST_CASE("SDC005 compares what is said of a manifest with what it says of itself") {
  using namespace sidecarctl;
  using test::RuleAnswer;
  struct Row {
    std::string_view told, own;
    bool has_manifests;
    std::optional<lint::Severity> severity;  // nullopt: no finding.
  };
  const std::vector<Row> table{{media_type::oci_manifest, media_type::oci_manifest, false, {}},
                               {media_type::oci_manifest, "", false, {}},
                               {"", media_type::oci_manifest, false, {}},
                               {media_type::docker_manifest, media_type::oci_manifest, false, lint::Severity::warning},
                               {media_type::oci_manifest, media_type::docker_manifest, false, lint::Severity::warning},
                               {media_type::oci_index, media_type::oci_manifest, false, lint::Severity::error},
                               {media_type::docker_list, media_type::docker_manifest, false, lint::Severity::error},
                               {media_type::oci_manifest, media_type::oci_manifest, true, lint::Severity::error}};
  for (const Row& row : table) {
    for (const bool in_index : {false, true}) {
      SubjectBuilder builder;
      Json document = {{"config", Json::object()}};
      if (!row.own.empty()) document["mediaType"] = row.own;
      if (row.has_manifests) document["manifests"] = Json::array();
      builder.resolution.manifest.bytes = dump_json(document);
      builder.resolution.root.media_type = in_index ? media_type::oci_index : row.told;
      if (in_index) {
        builder.resolution.chosen = builder.manifest.config;
        builder.resolution.chosen->media_type = row.told;
      }
      INFO("told '" << row.told << "', own '" << row.own << "', in an index: " << in_index);
      const RuleAnswer answer = ask("SDC005", builder);
      REQUIRE(answer.found() == row.severity.has_value());
      if (row.severity) CHECK(answer.findings[0].severity.value_or(lint::Severity::warning) == *row.severity);
    }
  }
}
