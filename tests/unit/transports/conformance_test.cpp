// SPDX-License-Identifier: Apache-2.0
// One list of checks for every place that images live in.
#include "image/decompress.hpp"
#include "image/image.hpp"
#include "support/catch.hpp"
#include "support/fake_engine.hpp"
#include "support/fake_http.hpp"
#include "support/fake_registry.hpp"
#include "support/image_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/transport_fixture.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <future>
#include <thread>

namespace sidecarctl {

namespace {

using test::ArchiveShape;
using test::TestImage;

/// A place, written into a folder of its own.
struct Place {
  std::string title, transport;
  std::string source;      ///< What a user writes.
  bool keeps_compression;  ///< The layers are stored as they were in the registry.
  bool has_manifest;       ///< The image's own manifest is there.
  bool uncompressed_is_normal;
  bool is_local = true;
  /// Brings a fake of what answers there into the fixture; empty: nothing has to answer.
  std::function<void(test::TransportFixture&)> prepare = {};
};

TestImage two_layers() {
  TestImage image = test::good_image();
  image.layers.push_back(
      {test::tar_of({{"app/", "", '5', "", 0755}, {"app/data", std::string(200000, 'd')}}), "RUN make data"});
  return image;
}

Place folder(const test::TempDir& dir) {
  test::write_files(dir.path() / "layout", test::oci_layout({two_layers()}).files());
  return {"folder", "oci", "oci:" + (dir.path() / "layout").string(), true, true, false};
}

Place archive(const test::TempDir& dir, ArchiveShape shape, Compression outer) {
  const bool is_oci = shape == ArchiveShape::oci;
  const bool keeps = is_oci || shape == ArchiveShape::docker_containerd || shape == ArchiveShape::crane;
  const bool layout = is_oci || shape == ArchiveShape::docker_containerd || shape == ArchiveShape::docker_25;
  const std::string file = dir.path() / "app.tar";
  std::ofstream(file, std::ios::binary) << test::pack(test::archive_of({two_layers()}, shape), outer);
  const std::string transport = is_oci ? "oci-archive" : "docker-archive";
  return {fmt::format("{}, packed with {}", test::to_string(shape), to_string(outer)),
          transport,
          transport + ":" + file,
          keeps,
          layout,
          !is_oci};
}

std::string read_everything(std::unique_ptr<ByteSource> source) {
  return read_all(*source, 100'000'000, "test");
}

void check_names(const Place& place, const SourceInfo& info) {
  CHECK(info.transport == place.transport);
  CHECK(info.target == place.source);
  CHECK(info.name == "registry.example/app:1.0");
  CHECK(info.tag == "1.0");
  CHECK_FALSE(info.digest);
  CHECK(info.other_names.empty());
  CHECK(info.uncompressed_layers_are_normal == place.uncompressed_is_normal);
}

void check_bytes(const Image& image, const test::BuiltImage& built) {
  CHECK(image.raw_config() == built.config);
  CHECK(image.manifest().config.digest == Digest::sha256_of(built.config));
  REQUIRE(image.manifest().layers.size() == built.layers.size());
  for (std::size_t i = 0; i < built.layers.size(); ++i) {
    const Descriptor& layer = image.manifest().layers[i];
    CHECK(layer.digest == built.layers[i].descriptor.digest);
    CHECK(layer.size == built.layers[i].descriptor.size);
    CHECK(read_everything(image.open_stored(layer)) == built.layers[i].blob);
    CHECK(read_everything(open_decompressed(image.open_stored(layer), "layer")) == built.layers[i].tar);
  }
}

void check_parallel(ImageSource& source, const Manifest& manifest, const test::BuiltImage& built) {
  std::vector<std::future<bool>> results;
  for (int i = 0; i < 8; ++i) {
    results.push_back(std::async(std::launch::async, [&, i] {
      const std::size_t layer = static_cast<std::size_t>(i) % built.layers.size();
      return read_everything(source.open_blob(manifest.layers[layer])) == built.layers[layer].blob;
    }));
  }
  for (auto& result : results) CHECK(result.get());
}

void check_absent(ImageSource& source) {
  const Digest unknown = Digest::sha256_of("nobody has this");
  const auto is_absent = [](const auto& body) {
    try {
      body();
    } catch (const Error& error) {
      return error.kind() == ErrorKind::not_found;
    }
    return false;
  };
  CHECK(is_absent([&] { source.open_blob(Descriptor{"", unknown, 1, {}, {}, {}, {}}); }));
  CHECK(is_absent([&] { source.read_manifest(unknown); }));
}

void check_place(const Place& place) {
  INFO(place.title);
  test::TransportFixture fixture;
  if (place.prepare) place.prepare(fixture);
  TestImage wanted = two_layers();
  if (!place.keeps_compression) wanted.compression = Compression::none;
  const test::BuiltImage built = test::build(wanted);

  auto opened = fixture.open(place.source);
  check_names(place, opened->info());
  const Image image = Image::open(std::move(opened), linux_amd64());
  CHECK(image.digest() == Digest::sha256_of(image.raw_manifest().bytes));
  CHECK((image.digest() == built.descriptor.digest) == place.has_manifest);
  CHECK(image.raw_manifest().media_type ==
        (place.has_manifest ? media_type::oci_manifest : media_type::docker_manifest));
  check_bytes(image, built);

  auto again = fixture.open(place.source);
  const RawManifest root = again->read_manifest(std::nullopt);
  CHECK(root.digest() == image.digest());
  check_parallel(*again, parse_manifest(root), built);
  const auto skipping = again->open_blob(image.manifest().layers[1]);
  CHECK(skipping->skip(100) == 100);
  CHECK(read_everything(again->open_blob(image.manifest().layers[1])).substr(100) ==
        read_all(*skipping, 10'000'000, "rest"));
  check_absent(*again);
  CHECK(again->is_local() == place.is_local);
  CHECK(fixture.events.warnings.empty());
}

Place registry(test::FakeRegistry& fake, test::FakeHttp& http) {
  const test::BuiltImage built = test::build(two_layers());
  fake.put_blob("app", built.config);
  for (const test::BuiltLayer& layer : built.layers) fake.put_blob("app", layer.blob);
  fake.put_manifest("app", "1.0", built.manifest.media_type, built.manifest.bytes);
  return {"registry",
          "registry",
          "docker://registry.example/app:1.0",
          true,
          true,
          false,
          false,
          [&http](test::TransportFixture& fixture) {
            fixture.registry.make_transport = [&http](HttpOptions) {
              return std::make_unique<test::SharedTransport>(http);
            };
          }};
}

/// An engine of that API that holds the image, and hands it out as `docker save` does.
void fill_engine(test::FakeEngine& engine) {
  TestImage image = two_layers();
  image.compression = Compression::none;
  const test::BuiltImage built = test::build(image);
  const std::string inspect = fmt::format(
      R"({{"Id":"{}","RepoTags":["registry.example/app:1.0"],"Os":"linux","Architecture":"amd64","Config":{{"User":"5001"}}}})",
      Digest::sha256_of(built.config).str());
  const std::string archive = test::archive_of({two_layers()}, ArchiveShape::docker_before_25);
  const std::string path = "/images/registry.example%2Fapp%3A1.0";
  engine.json = {{path + "/json", inspect}, {path + "/history", "[]"}, {path + "/get", archive}};
}

Place docker_engine(test::FakeEngine& engine) {
  fill_engine(engine);
  return {"docker",
          "docker-daemon",
          "docker-daemon:registry.example/app:1.0",
          false,
          false,
          true,
          true,
          [&engine](test::TransportFixture& fixture) {
            fixture.context.docker_host = "unix:///fake.sock";
            fixture.registry.make_transport = [&engine](HttpOptions) { return engine.connect(); };
          }};
}

}  // namespace

TEST_CASE("a registry keeps the rules of every place") {
  test::FakeRegistry fake;
  test::FakeHttp http([&fake](const test::RecordedRequest& request) { return fake(request); });
  check_place(registry(fake, http));
}

TEST_CASE("a registry behind tokens, with blobs elsewhere, keeps the rules of every place") {
  test::FakeRegistry fake;
  fake.bearer_auth = true;
  fake.blob_redirect = "https://cdn.example/blobs/";
  test::FakeHttp http([&fake](const test::RecordedRequest& request) { return fake(request); });
  check_place(registry(fake, http));
}

TEST_CASE("an engine keeps the rules of every place, and no container stays") {
  test::FakeEngine engine;
  check_place(docker_engine(engine));
  CHECK(engine.containers == 0);
}

TEST_CASE("a layout folder keeps the rules of every place") {
  const test::TempDir dir;
  check_place(folder(dir));
}

TEST_CASE("every archive, plain or packed, keeps the rules of every place") {
  for (const ArchiveShape shape : {ArchiveShape::oci, ArchiveShape::docker_before_25, ArchiveShape::docker_25,
                                   ArchiveShape::docker_containerd, ArchiveShape::podman, ArchiveShape::crane}) {
    for (const Compression outer :
         {Compression::none, Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2}) {
      const test::TempDir dir;
      check_place(archive(dir, shape, outer));
    }
  }
}

TEST_CASE("what has no manifest of its own has the same digest in each shape, and what has one keeps it") {
  test::TransportFixture fixture;
  const auto digest = [&](ArchiveShape shape) {
    const test::TempDir dir;
    return Image::open(fixture.open(archive(dir, shape, Compression::none).source), linux_amd64()).digest();
  };
  CHECK(digest(ArchiveShape::docker_before_25) == digest(ArchiveShape::podman));
  CHECK(digest(ArchiveShape::oci) == digest(ArchiveShape::docker_containerd));
  const test::TempDir dir;
  CHECK(digest(ArchiveShape::oci) == Image::open(fixture.open(folder(dir).source), linux_amd64()).digest());
}

}  // namespace sidecarctl
