// SPDX-License-Identifier: Apache-2.0
#include "image/decompress.hpp"
#include "registry/push_plan.hpp"
#include "support/catch.hpp"
#include "support/push_fixture.hpp"
#include "support/temp_dir.hpp"

#include <set>

using namespace sidecarctl;        // NOLINT(google-build-using-namespace): a test of one part
using namespace sidecarctl::test;  // NOLINT(google-build-using-namespace)
using Strings = std::vector<std::string>;
using ManifestFormat = PushOptions::ManifestFormat;

namespace {

std::string unpacked(const std::string& bytes) {
  return read_all(*open_decompressed(std::make_unique<StringSource>(bytes), "a layer"), 1ULL << 30, "a layer");
}

Manifest manifest_at(PushFixture& fixture, const Digest& digest) {
  return parse_manifest(fixture.there().manifests.at(digest));
}

/// Every blob is what the manifest says, and every layer unpacks to what the config says.
void check_sound(PushFixture& fixture, const Digest& digest) {
  const Manifest manifest = manifest_at(fixture, digest);
  const std::string& raw_config = fixture.there().blobs.at(manifest.config.digest);
  CHECK(raw_config.size() == manifest.config.size);
  const ImageConfig config = parse_config(raw_config);
  REQUIRE(config.diff_ids.size() == manifest.layers.size());
  for (std::size_t index = 0; index < manifest.layers.size(); ++index) {
    const std::string& blob = fixture.there().blobs.at(manifest.layers[index].digest);
    CHECK(blob.size() == manifest.layers[index].size);
    CHECK(Digest::sha256_of(unpacked(blob)) == config.diff_ids[index]);
  }
}

}  // namespace

TEST_CASE("plain layers are compressed on the way, and the manifest that is made is right") {
  PushFixture fixture;
  fixture.options.jobs = GENERATE(1U, 4U);
  const PushReport report = fixture.push(image_of(source_of(uncompressed(three_layers()))));
  CHECK(fixture.client.calls("STREAM").size() == 3);
  CHECK(report.media_type == media_type::docker_manifest);
  const Manifest manifest = manifest_at(fixture, report.digest);
  CHECK(manifest.config.media_type == media_type::docker_config);
  CHECK(manifest.layers[2].media_type == media_type::docker_layer_gzip);
  check_sound(fixture, report.digest);
  CHECK(fixture.there().tags.at("1.0") == report.digest);
  CHECK(report.layers[1].size == manifest.layers[1].size);
}

TEST_CASE("--manifest oci and --compression zstd give OCI's types") {
  PushFixture fixture;
  const bool zstd = GENERATE(true, false);
  if (zstd) {
    fixture.options.compressor = LayerCompressor(LayerCompressor::Method::zstd);
  } else {
    fixture.options.manifest = ManifestFormat::oci;
  }
  const PushReport report = fixture.push(image_of(source_of(uncompressed(three_layers()))));
  const Manifest manifest = manifest_at(fixture, report.digest);
  CHECK(report.media_type == media_type::oci_manifest);
  CHECK(manifest.config.media_type == media_type::oci_config);
  CHECK(manifest.layers[0].media_type == (zstd ? media_type::oci_layer_zstd : media_type::oci_layer_gzip));
  check_sound(fixture, report.digest);
}

TEST_CASE("docker manifests have no zstd layers") {
  PushFixture fixture;
  fixture.options.compressor = LayerCompressor(LayerCompressor::Method::zstd);
  fixture.options.manifest = ManifestFormat::docker;
  CHECK_THROWS_WITH(fixture.push(image_of(source_of(uncompressed(three_layers())))),
                    "a docker manifest has no zstd layers");
  CHECK(fixture.client.calls().empty());
}

TEST_CASE("plain layers of a place where they are not normal are pushed as they are") {
  PushFixture fixture;
  auto source = source_of(uncompressed(three_layers()));
  source->source_info.uncompressed_layers_are_normal = false;
  const Image image = image_of(std::move(source));
  CHECK(fixture.push(image).digest == image.digest());
}

TEST_CASE("a second push of plain layers sends nothing and reads nothing") {
  const TempDir folder;
  PushFixture fixture;
  fixture.options.cache = folder.path();
  const PushReport first = fixture.push(image_of(source_of(uncompressed(three_layers()))));
  fixture.client.forget_calls();
  auto source = source_of(uncompressed(three_layers()));
  const MemorySource& place = *source;
  const Image image = image_of(std::move(source));
  const PushReport second = fixture.push(image);
  CHECK(second.already_there);
  CHECK(second.digest == first.digest);
  CHECK(fixture.client.calls() == Strings{"HEAD manifest 1.0"});
  CHECK(place.opened.at(image.manifest().layers[1].digest) == 0);
}

TEST_CASE("layers that another image brought are not compressed again") {
  const TempDir folder;
  PushFixture fixture;
  fixture.options.cache = folder.path();
  fixture.push(image_of(source_of(uncompressed(three_layers()))));
  TestImage next = three_layers();
  next.layers.push_back({tar_of({{"d", "new"}})});
  fixture.client.forget_calls();
  const PushReport report = fixture.push(image_of(source_of(uncompressed(next))));
  CHECK(fixture.client.calls("STREAM").size() == 1);
  CHECK(actions(report) == Strings{"uploaded", "existed", "existed", "existed", "uploaded"});
  check_sound(fixture, report.digest);
}

TEST_CASE("a remembered digest is only a hint: what the registry does not have is compressed and sent") {
  const TempDir folder;
  PushFixture fixture;
  fixture.options.cache = folder.path();
  const Image image = image_of(source_of(uncompressed(three_layers())));
  CompressionCache(folder.path())
      .add(image.manifest().layers[1].digest, fixture.options.compressor.id(), {Digest::sha256_of("a lie"), 5});
  const PushReport report = fixture.push(image);
  CHECK(fixture.client.calls("STREAM").size() == 3);
  check_sound(fixture, report.digest);
}

TEST_CASE("a dry run of plain layers gives the digest that the push will have") {
  PushFixture fixture;
  const Image image = image_of(source_of(uncompressed(three_layers())));
  fixture.options.dry_run = true;
  const PushReport plan = fixture.push(image);
  CHECK(fixture.client.calls("PUT").empty());
  CHECK(fixture.client.calls("STREAM").empty());
  CHECK(actions(plan) == Strings{"would-upload", "would-upload", "would-upload", "would-upload"});
  fixture.options.dry_run = false;
  CHECK(fixture.push(image).digest == plan.digest);
  fixture.options.dry_run = true;
  CHECK(fixture.push(image).already_there);
}

TEST_CASE("an asserted digest of plain layers that agrees goes through") {
  PushFixture fixture;
  const Image image = image_of(source_of(uncompressed(three_layers())));
  fixture.options.dry_run = true;
  const Digest digest = fixture.push(image).digest;
  fixture.options.dry_run = false;
  fixture.options.destination = Reference::parse("registry.example/app:1.0@" + digest.str());
  CHECK(fixture.push(image).digest == digest);
  check_sound(fixture, digest);
}

TEST_CASE("--no-clobber accepts the same image of plain layers, and refuses another packing of it") {
  PushFixture fixture;
  const Image image = image_of(source_of(uncompressed(three_layers())));
  fixture.push(image);
  fixture.options.no_clobber = true;
  CHECK(fixture.push(image).already_there);
  fixture.options.manifest = ManifestFormat::oci;
  fixture.client.forget_calls();
  CHECK_THROWS_AS(fixture.push(image), Error);
  CHECK(fixture.client.calls("PUT").empty());
  CHECK(fixture.client.calls("STREAM").empty());
}

TEST_CASE("a plain layer that the config does not name is refused before anything is sent") {
  PushFixture fixture;
  TestImage content = uncompressed(three_layers());
  auto source = source_of(content);
  const BuiltImage built = build(content);
  auto layers =
      std::vector<Descriptor>{built.layers[1].descriptor, built.layers[0].descriptor, built.layers[2].descriptor};
  if (GENERATE(true, false)) layers.pop_back();
  source->manifest = test::manifest_of(media_type::docker_manifest, built.config_descriptor, layers);
  try {
    fixture.push(image_of(std::move(source)));
    FAIL("it was not refused");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK_THAT(std::string(error.message()), Catch::Contains("rootfs.diff_ids"));
  }
  CHECK(fixture.client.calls().empty());
}

TEST_CASE("a plain layer that changed while it was being pushed is not tagged") {
  PushFixture fixture;
  auto source = source_of(uncompressed(three_layers()));
  const BuiltImage built = build(uncompressed(three_layers()));
  source->blobs.at(built.layers[1].descriptor.digest)[600] ^= 1;
  const Image image = image_of(std::move(source));
  CHECK_THROWS_AS(fixture.push(image), Error);
  CHECK(fixture.client.calls("PUT manifest").empty());
}

TEST_CASE("another manifest format is made of compressed layers without touching their bytes") {
  PushFixture fixture;
  fixture.options.manifest = ManifestFormat::docker;
  const Image image = image_of(source_of(three_layers()));
  const PushReport report = fixture.push(image);
  const Manifest manifest = manifest_at(fixture, report.digest);
  CHECK(report.media_type == media_type::docker_manifest);
  CHECK(manifest.layers[0].media_type == media_type::docker_layer_gzip);
  CHECK(manifest.layers[0].digest == image.manifest().layers[0].digest);
  check_sound(fixture, report.digest);
}

TEST_CASE("the asked-for format that is the stored one keeps the bytes") {
  PushFixture fixture;
  fixture.options.manifest = ManifestFormat::oci;
  const Image image = image_of(source_of(three_layers()));
  CHECK(fixture.push(image).digest == image.digest());
}

TEST_CASE("layer types have their counterpart in the other family") {
  struct Row {
    std::string_view oci, docker;
  };
  for (const Row& row : {Row{media_type::oci_layer, media_type::docker_layer},
                         Row{media_type::oci_layer_gzip, media_type::docker_layer_gzip},
                         Row{media_type::oci_layer_zstd, "application/vnd.docker.image.rootfs.diff.tar.zstd"}}) {
    CHECK(convert_layer_type(row.oci, ManifestFormat::docker) == row.docker);
    CHECK(convert_layer_type(row.docker, ManifestFormat::oci) == row.oci);
    CHECK(convert_layer_type(row.oci, ManifestFormat::oci) == row.oci);
  }
  CHECK_FALSE(convert_layer_type("application/x-other", ManifestFormat::oci).has_value());
}
