// SPDX-License-Identifier: Apache-2.0
#include "image/types.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

namespace {
const std::string kDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string descriptor(const std::string& type, const std::string& extra = "") {
  return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":7{}}})", type, kDigest, extra);
}

std::string list_of(const std::string& item, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + item;
  return text;
}
}  // namespace

TEST_CASE("linux/amd64 is matched as containerd matches it") {
  struct Case {
    Platform platform;
    bool matches;
  };
  const Case row = GENERATE(Case{{"linux", "amd64", ""}, true}, Case{{"linux", "x86_64", ""}, true},
                            Case{{"linux", "", ""}, true}, Case{{"linux", "amd64", "v1"}, true},
                            Case{{"linux", "amd64", "v3"}, false}, Case{{"linux", "arm64", ""}, false},
                            Case{{"windows", "amd64", ""}, false}, Case{{"unknown", "unknown", ""}, false});
  INFO(row.platform.str());
  CHECK(row.platform.satisfies(linux_amd64()) == row.matches);
}

TEST_CASE("platform texts") {
  CHECK(Platform::parse("linux/arm/v7").variant == "v7");
  CHECK_THROWS_AS(Platform::parse("linux"), ParseError);
  CHECK_THROWS_AS(Platform::parse("linux//v7"), ParseError);
  CHECK_THROWS_AS(Platform::parse("a/b/c/d"), ParseError);
  CHECK(Platform{"", "amd64", ""}.str() == "unknown/amd64");
}

TEST_CASE("the kind of a manifest comes from its bytes, not from what a server says") {
  struct Case {
    std::string type, bytes;
    ManifestKind kind;
  };
  const Case row = GENERATE_COPY(
      Case{"", R"({"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]})", ManifestKind::index},
      Case{std::string(media_type::oci_manifest), R"({"mediaType":"application/vnd.oci.image.index.v1+json"})",
           ManifestKind::index},
      Case{std::string(media_type::oci_manifest), R"({"config":{},"layers":[]})", ManifestKind::image},
      Case{"", R"({"schemaVersion":2,"config":{},"layers":[]})", ManifestKind::image},
      Case{"", R"({"schemaVersion":1,"fsLayers":[]})", ManifestKind::schema1},
      Case{"", R"({"schemaVersion":2,"manifests":[]})", ManifestKind::index}, Case{"", R"([])", ManifestKind::other},
      Case{"text/html", R"({})", ManifestKind::other});
  CHECK(manifest_kind(RawManifest{row.type, row.bytes}) == row.kind);
}

TEST_CASE("a manifest is read with its layers in order") {
  const std::string layer = std::string(media_type::oci_layer_gzip);
  const Manifest manifest = parse_manifest(RawManifest{
      "", fmt::format(
              R"({{"schemaVersion":2,"config":{},"layers":[{},{}],"annotations":{{"a":"b"}}}})",
              descriptor(std::string(media_type::oci_config)), descriptor(layer),
              descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", R"(,"urls":["https://x"])"))});
  REQUIRE(manifest.layers.size() == 2);
  CHECK(manifest.layers[0].media_type == layer);
  CHECK_FALSE(is_foreign_layer(manifest.layers[0]));
  CHECK(is_foreign_layer(manifest.layers[1]));
  CHECK(manifest.annotations.at("a") == "b");
  CHECK(manifest.media_type == media_type::oci_manifest);
}

TEST_CASE("a damaged manifest is told by its JSON pointer") {
  struct Case {
    std::string bytes, part;
  };
  const Case row = GENERATE_COPY(
      Case{"{", "not valid JSON"}, Case{"[]", "array, not an object"}, Case{R"({"layers":[]})", "has no 'config'"},
      Case{R"({"config":{"digest":"x","size":1}})", "/config/digest"},
      Case{fmt::format(R"({{"config":{{"digest":"{}","size":-1}}}})", kDigest), "/config/size"},
      Case{fmt::format(R"({{"config":{{"digest":"{}","size":"9"}}}})", kDigest), "/config/size"},
      Case{fmt::format(R"({{"config":{{"digest":"{}","size":1125899906842625}}}})", kDigest),
           "more than a blob can have"},
      Case{fmt::format(R"({{"config":{},"layers":{{}}}})", descriptor("x")), "/layers"});
  INFO(row.bytes);
  CHECK_THROWS_WITH(parse_manifest(RawManifest{"", row.bytes}), Catch::Contains(row.part));
}

TEST_CASE("every list and size of a manifest has a limit") {
  const std::string config = descriptor("x");
  const auto manifest = [&](std::size_t layers) {
    return RawManifest{"", fmt::format(R"({{"config":{},"layers":[{}]}})", config, list_of(config, layers))};
  };
  CHECK(parse_manifest(manifest(kMaxLayers)).layers.size() == kMaxLayers);
  CHECK_THROWS_WITH(parse_manifest(manifest(kMaxLayers + 1)), Catch::Contains("the limit is 1000"));

  std::string padded = fmt::format(R"({{"config":{}}})", config);
  padded.resize(kMaxManifestSize, ' ');
  CHECK_NOTHROW(parse_manifest(RawManifest{"", padded}));
  padded += ' ';
  CHECK_THROWS_WITH(parse_manifest(RawManifest{"", padded}), Catch::Contains("the limit is"));

  const auto index = [&](std::size_t count) {
    return RawManifest{"", fmt::format(R"({{"manifests":[{}]}})", list_of(config, count))};
  };
  CHECK(parse_index(index(kMaxIndexEntries)).manifests.size() == kMaxIndexEntries);
  CHECK_THROWS_AS(parse_index(index(kMaxIndexEntries + 1)), Error);

  std::string big_config = "{}";
  big_config.resize(kMaxConfigSize, ' ');
  CHECK_NOTHROW(parse_config(big_config));
  CHECK_THROWS_AS(parse_config(big_config + " "), Error);
}

TEST_CASE("JSON nested beyond the limit is refused") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK_NOTHROW(parse_config(R"({"x":)" + nested(60) + "}"));
  CHECK_THROWS_WITH(parse_config(R"({"x":)" + nested(66) + "}"), Catch::Contains("nested deeper"));
  CHECK_THROWS_AS(parse_config(R"({"x":)" + std::string(100000, '[')), Error);
}

TEST_CASE("an image config is read field by field") {
  const ImageConfig config = parse_config(fmt::format(R"({{
    "os":"linux","architecture":"amd64","created":"2026-01-01T00:00:00Z",
    "config":{{"User":"5001","Entrypoint":["/e"],"Cmd":["a","b"],"Env":["A=1","A=2","B"],"ExposedPorts":{{"80/tcp":{{}}}},
              "Volumes":{{"/data":{{}}}},"WorkingDir":"/w","Labels":{{"k":"v"}},"StopSignal":"SIGTERM","OnBuild":["RUN x"],
              "Healthcheck":{{"Test":["NONE"]}},"Shell":["/bin/bash","-c"]}},
    "rootfs":{{"type":"layers","diff_ids":["{0}","{0}"]}},
    "history":[{{"created_by":"first"}},{{"created_by":"env","empty_layer":true}},{{"created_by":"second"}}]}})",
                                                      kDigest));
  CHECK(config.platform == linux_amd64());
  CHECK(config.has_os);
  CHECK(config.user == "5001");
  CHECK(config.argv() == std::vector<std::string>{"/e", "a", "b"});
  CHECK(config.environment("A") == "2");
  CHECK_FALSE(config.environment("B"));
  CHECK(config.exposed_ports == std::vector<std::string>{"80/tcp"});
  CHECK(config.volumes == std::vector<std::string>{"/data"});
  CHECK(config.diff_ids.size() == 2);
  CHECK(config.layer_command(0) == "first");
  CHECK(config.layer_command(1) == "second");
  CHECK(config.layer_command(2).empty());
  CHECK(config.on_build.size() == 1);
  CHECK(config.healthcheck == std::vector<std::string>{"NONE"});
}

TEST_CASE("null fields of a config count as absent") {
  const ImageConfig config =
      parse_config(R"({"config":{"Entrypoint":null,"Env":null,"ExposedPorts":null,"User":null},"history":null})");
  CHECK(config.argv().empty());
  CHECK_FALSE(config.has_os);
}

TEST_CASE("attestations are recognised by annotation and by platform") {
  Descriptor entry{std::string(media_type::oci_manifest), Digest::sha256_of("x"), 1, {}, {}, {}, {}};
  CHECK_FALSE(is_attestation(entry));
  entry.platform = Platform{"unknown", "unknown", ""};
  CHECK(is_attestation(entry));
  entry.platform = linux_amd64();
  entry.annotations["vnd.docker.reference.type"] = "attestation-manifest";
  CHECK(is_attestation(entry));
}
