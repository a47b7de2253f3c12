// SPDX-License-Identifier: Apache-2.0
#include "transports/docker_archive.hpp"

#include "image/image.hpp"
#include "image/verifying_source.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/transport_fixture.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace sidecarctl {

namespace {

using Catch::Matchers::Contains;
using test::ArchiveMember;
using test::ArchiveShape;
using test::good_image;
using test::TestImage;

/// An archive "app.tar", opened by what stands after its path.
struct ArchiveOnDisk {
  explicit ArchiveOnDisk(const std::string& bytes, std::string transport = "docker-archive")
      : transport_(std::move(transport)) {
    std::ofstream(path(), std::ios::binary) << bytes;
  }
  explicit ArchiveOnDisk(const std::vector<ArchiveMember>& members) : ArchiveOnDisk(test::tar_of(members)) {}

  std::string path() const { return dir.path() / "app.tar"; }
  std::unique_ptr<ImageSource> open(const std::string& selector = "") {
    return fixture.open(transport_ + ":" + path() + selector);
  }
  Image image(const std::string& selector = "") { return Image::open(open(selector), linux_amd64()); }
  Error error(const std::string& selector = "") {
    try {
      const Image opened = image(selector);
      opened.config();
      for (const Descriptor& layer : opened.manifest().layers) drain(*opened.open_stored(layer));
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorKind::policy, "no error");
  }
  std::string message() { return std::string(error().message()); }

  test::TempDir dir;
  test::TransportFixture fixture;

 private:
  std::string transport_;
};

TestImage named(std::vector<std::string> names, std::string user = "5001") {
  TestImage image = good_image();
  image.names = std::move(names);
  image.config["config"]["User"] = std::move(user);
  return image;
}

ArchiveMember& member(std::vector<ArchiveMember>& members, std::string_view name_part) {
  return *std::find_if(members.begin(), members.end(),
                       [&](const ArchiveMember& m) { return m.name.find(name_part) != std::string::npos; });
}

/// The members of an archive by one image, with manifest.json as the test has it.
std::vector<ArchiveMember> with_manifest(std::string text) {
  auto members = test::archive_members({good_image()}, ArchiveShape::podman);
  member(members, "manifest.json").content = std::move(text);
  return members;
}

}  // namespace

TEST_CASE("several images share layers by links, and one is chosen") {
  for (const ArchiveShape shape : {ArchiveShape::docker_before_25, ArchiveShape::docker_25,
                                   ArchiveShape::docker_containerd, ArchiveShape::podman, ArchiveShape::crane}) {
    INFO(test::to_string(shape));
    ArchiveOnDisk disk(
        test::archive_members({named({"app:1", "app:one"}, "1"), named({"x.example/other:2"}, "2")}, shape));
    CHECK(disk.error().kind() == ErrorKind::usage);
    CHECK_THAT(disk.message(), Contains("holds 2 images, and none is named"));
    CHECK(disk.image(":app:1").config().user == "1");
    CHECK(disk.image(":docker.io/library/app:one").config().user == "1");
    CHECK(disk.image(":x.example/other:2").config().user == "2");
    CHECK(disk.image(":@1").config().user == "2");
    CHECK(disk.open(":app:1")->info().other_names == std::vector<std::string>{"app:one"});
    CHECK(disk.error(":app:1").message() == "no error");
    CHECK(disk.error(":x.example/other:2").message() == "no error");
    CHECK(disk.error(":app:2").kind() == ErrorKind::not_found);
  }
}

TEST_CASE("an image without RepoTags has no name") {
  for (const ArchiveShape shape : {ArchiveShape::docker_before_25, ArchiveShape::docker_25, ArchiveShape::podman}) {
    ArchiveOnDisk disk(test::archive_members({named({})}, shape));
    CHECK_FALSE(disk.open()->info().name);
    CHECK_FALSE(disk.open()->info().tag);
    CHECK(disk.error().message() == "no error");
  }
}

TEST_CASE("a manifest that is made says Docker's types, and reads no layer") {
  auto members = test::archive_members({good_image()}, ArchiveShape::docker_before_25);
  const std::string tar = good_image().layers[0].tar;
  member(members, "/layer.tar").content = std::string(tar.size(), 'x');
  ArchiveOnDisk disk(members);
  const Image image = disk.image();
  CHECK(image.manifest().media_type == media_type::docker_manifest);
  CHECK(image.manifest().config.media_type == media_type::docker_config);
  CHECK(image.manifest().layers.at(0).media_type == media_type::docker_layer);
  CHECK(image.manifest().layers.at(0).size == tar.size());
  // Unread, the layer is taken for what the config says; read, it is found out.
  CHECK(image.manifest().layers.at(0).digest == Digest::sha256_of(tar));
  CHECK_THROWS_AS(drain(*image.open_stored(image.manifest().layers.at(0))), DigestMismatch);
}

TEST_CASE("the made manifest has the bytes that containerd makes of the same archive") {
  // What `ctr images import` of such an archive stores: the order of fields is part of the digest.
  const test::BuiltImage built = [] {
    TestImage image = good_image();
    image.compression = Compression::none;
    image.docker_types = true;
    return test::build(image);
  }();
  const auto json = [](const Descriptor& descriptor) {
    return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":{}}})", descriptor.media_type,
                       descriptor.digest.str(), descriptor.size);
  };
  ArchiveOnDisk disk(test::archive_members({good_image()}, ArchiveShape::podman));
  CHECK(disk.image().raw_manifest().bytes ==
        fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","config":{},"layers":[{}]}})", media_type::docker_manifest,
                    json(built.config_descriptor), json(built.layers[0].descriptor)));
}

TEST_CASE("a compressed layer's digest is in its name, or is computed") {
  TestImage image = good_image();
  auto members = test::archive_members({image}, ArchiveShape::crane);
  const std::string blob = test::build(image).layers[0].blob;
  SECTION("in the name") {}
  SECTION("computed") {
    const std::string old_name = member(members, ".tar.gz").name;
    member(members, ".tar.gz").name = "layer-one.tgz";
    std::string& manifest = member(members, "manifest.json").content;
    manifest.replace(manifest.find(old_name), old_name.size(), "layer-one.tgz");
  }
  SECTION("computed, because the name is the diff_id") {
    const std::string old_name = member(members, ".tar.gz").name;
    const std::string diff_name = Digest::sha256_of(image.layers[0].tar).hex() + ".tar";
    member(members, ".tar.gz").name = diff_name;
    std::string& manifest = member(members, "manifest.json").content;
    manifest.replace(manifest.find(old_name), old_name.size(), diff_name);
  }
  ArchiveOnDisk disk(members);
  const Descriptor layer = disk.image().manifest().layers.at(0);
  CHECK(layer.digest == Digest::sha256_of(blob));
  CHECK(layer.media_type == media_type::docker_layer_gzip);
  CHECK(disk.error().message() == "no error");
}

TEST_CASE("digests are read out of the names that tools use") {
  const std::string hex(64, 'a');
  for (const std::string& name :
       {"sha256:" + hex, "blobs/sha256/" + hex, hex + ".json", hex + ".tar", hex + ".tar.gz"}) {
    INFO(name);
    CHECK(digest_in_name(name) == Digest::parse("sha256:" + hex));
  }
  for (const std::string& name :
       {hex, hex + "/layer.tar", std::string("layer.tar"), "x/" + hex + ".tar", "blobs/sha512/" + hex,
        std::string(64, 'A') + ".tar", std::string(), std::string(".")}) {
    INFO(name);
    CHECK_FALSE(digest_in_name(name));
  }
}

TEST_CASE("a config that is not what its name promises is found out") {
  auto members = test::archive_members({good_image()}, ArchiveShape::podman);
  std::string& config = member(members, ".json").content;
  config.replace(config.find("5001"), 4, "0000");
  CHECK(ArchiveOnDisk(members).error().kind() == ErrorKind::corrupt);
  CHECK_THAT(ArchiveOnDisk(members).message(), Contains("the digest of blob"));
}

TEST_CASE("a config whose name is no digest is known by its bytes") {
  TestImage image = good_image();
  auto members = test::archive_members({image}, ArchiveShape::podman);
  const std::string old_name = member(members, ".json").name;
  member(members, ".json").name = "config.json";
  std::string& manifest = member(members, "manifest.json").content;
  manifest.replace(manifest.find(old_name), old_name.size(), "config.json");
  ArchiveOnDisk disk(members);
  CHECK(disk.image().manifest().config.digest == Digest::sha256_of(disk.image().raw_config()));
}

TEST_CASE("more or fewer layers than diff_ids: the layers are hashed, and the disagreement stays visible") {
  TestImage image = good_image();
  image.layers.push_back({test::tar_of({{"second", "x"}})});
  auto members = test::archive_members({image}, ArchiveShape::podman);
  const std::string first = Digest::sha256_of(image.layers[0].tar).hex() + ".tar";
  Json manifest = Json::parse(member(members, "manifest.json").content);
  manifest[0]["Layers"] = {first};
  member(members, "manifest.json").content = manifest.dump();
  ArchiveOnDisk disk(members);
  const Image opened = disk.image();
  CHECK(opened.manifest().layers.size() == 1);
  CHECK(opened.config().diff_ids.size() == 2);
  CHECK(opened.manifest().layers[0].digest == Digest::sha256_of(image.layers[0].tar));
}

TEST_CASE("a foreign layer of LayerSources keeps its descriptor") {
  TestImage image = good_image();
  auto members = test::archive_members({image}, ArchiveShape::podman);
  const std::string diff_id = Digest::sha256_of(image.layers[0].tar).str();
  const std::string digest = Digest::sha256_of("elsewhere").str();
  Json manifest = Json::parse(member(members, "manifest.json").content);
  manifest[0]["LayerSources"][diff_id] = {{"mediaType", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"},
                                          {"digest", digest},
                                          {"size", 7},
                                          {"urls", {"https://example.com/base"}}};
  member(members, "manifest.json").content = manifest.dump();
  std::erase_if(members, [](const ArchiveMember& m) { return m.name.ends_with(".tar"); });
  ArchiveOnDisk disk(members);
  const Image opened = disk.image();
  CHECK(opened.manifest().layers.at(0).digest.str() == digest);
  CHECK(is_foreign_layer(opened.manifest().layers.at(0)));
  CHECK(disk.error().kind() == ErrorKind::not_found);
}

TEST_CASE("the layout inside is preferred to manifest.json while both describe the same images") {
  auto members = test::archive_members({good_image()}, ArchiveShape::docker_containerd);
  SECTION("the same") {
    ArchiveOnDisk disk(members);
    CHECK(disk.image().digest() == test::build(good_image()).descriptor.digest);
    CHECK(disk.fixture.events.warnings.empty());
  }
  SECTION("another config") {
    TestImage other = good_image();
    other.config["config"]["User"] = "7";
    const std::string config = test::build(other).config;
    members.push_back({Digest::sha256_of(config).hex() + ".json", config});
    Json manifest = Json::parse(member(members, "manifest.json").content);
    manifest[0]["Config"] = Digest::sha256_of(config).hex() + ".json";
    member(members, "manifest.json").content = manifest.dump();
    ArchiveOnDisk disk(members);
    CHECK(disk.image().config().user == "7");
    REQUIRE(disk.fixture.events.warnings.size() == 1);
    CHECK_THAT(disk.fixture.events.warnings[0], Contains("index.json and manifest.json describe different images"));
  }
  SECTION("a layout that is broken") {
    member(members, "index.json").content = "{";
    ArchiveOnDisk disk(members);
    CHECK(disk.image().manifest().media_type == media_type::docker_manifest);
    CHECK_THAT(disk.fixture.events.warnings.at(0), Contains("not valid JSON") && Contains("; manifest.json is used"));
  }
}

TEST_CASE("an archive that names what it does not hold is refused") {
  SECTION("config") {
    CHECK_THAT(ArchiveOnDisk(with_manifest(R"([{"Config":"gone.json","Layers":[]}])")).message(),
               Contains("names the config 'gone.json', which is not there"));
  }
  SECTION("layer") {
    auto members = test::archive_members({good_image()}, ArchiveShape::podman);
    std::erase_if(members, [](const ArchiveMember& m) { return m.name.ends_with(".tar"); });
    CHECK_THAT(ArchiveOnDisk(members).message(), Contains("layer 0 ('"));
    CHECK_FALSE(ArchiveOnDisk(members).error().hint());
    ArchiveOnDisk cut(test::tar_of(members, false));
    CHECK_THAT(cut.error().hint().value_or(""), Contains("no end mark"));
  }
  SECTION("layer by a link that leads out") {
    auto members = test::archive_members({good_image()}, ArchiveShape::podman);
    for (ArchiveMember& m : members) {
      if (m.name.ends_with(".tar") && m.type == '0') m = {m.name, "", '2', "/etc/passwd"};
    }
    CHECK_THAT(ArchiveOnDisk(members).message(), Contains("is not in "));
  }
  SECTION("layer by a loop of links") {
    auto members = test::archive_members({good_image()}, ArchiveShape::podman);
    for (ArchiveMember& m : members) {
      if (m.name.ends_with(".tar") && m.type == '0') m = {m.name, "", '2', m.name};
    }
    CHECK_THAT(ArchiveOnDisk(members).message(), Contains("loop of links"));
  }
}

TEST_CASE("a manifest.json that is none is refused") {
  struct Case {
    std::string text, message;
  };
  const Case cases[] = {
      {"{}", "is object, not an array"},
      {"[", "is not valid JSON"},
      {"[1]", "not an object"},
      {R"([{"Layers":[]}])", "has no 'Config'"},
      {R"([{"Config":1,"Layers":[]}])", "/0/Config is number, not a string"},
      {R"([{"Config":"x","Layers":["a",2]}])", "/0/Layers/1 is number, not a string"},
      {R"([{"Config":"x","RepoTags":"a"}])", "/0/RepoTags is string, not an array"},
      {"[]", "holds no image"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK_THAT(ArchiveOnDisk(with_manifest(c.text)).message(), Contains(c.message));
    CHECK(ArchiveOnDisk(with_manifest(c.text)).error().kind() != ErrorKind::usage);
  }
}

TEST_CASE("manifest.json and config may be as long as their limits and no longer") {
  auto members = test::archive_members({good_image()}, ArchiveShape::podman);
  SECTION("manifest.json") {
    member(members, "manifest.json").content.resize(4 * 1024 * 1024, ' ');
    CHECK(ArchiveOnDisk(members).message() == "no error");
    member(members, "manifest.json").content += ' ';
    CHECK_THAT(ArchiveOnDisk(members).message(), Contains("longer than the limit of 4194304 bytes"));
  }
  SECTION("config") {
    ArchiveMember& config = member(members, ".json");
    const std::string old_name = config.name;
    config.name = "config.json";
    config.content.resize(8 * 1024 * 1024, ' ');
    std::string& manifest = member(members, "manifest.json").content;
    manifest.replace(manifest.find(old_name), old_name.size(), "config.json");
    CHECK(ArchiveOnDisk(members).message() == "no error");
    member(members, "config.json").content += ' ';
    CHECK_THAT(ArchiveOnDisk(members).message(), Contains("longer than the limit of 8388608 bytes"));
  }
}

TEST_CASE("one beyond each limit of manifest.json is refused, at the limit it is not") {
  const auto repeated = [](std::size_t count, const std::string& item) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + item;
    return text;
  };
  const auto images = [&](std::size_t count) { return "[" + repeated(count, R"({"Config":"c"})") + "]"; };
  CHECK(parse_docker_archive_manifest(images(1000), "x").size() == 1000);
  CHECK_THROWS_WITH(parse_docker_archive_manifest(images(1001), "x"), Contains("has 1001 images, the limit is 1000"));
  const auto layers = [&](std::size_t count) {
    return R"([{"Config":"c","Layers":[)" + repeated(count, "\"l\"") + "]}]";
  };
  CHECK(parse_docker_archive_manifest(layers(1000), "x")[0].layers.size() == 1000);
  CHECK_THROWS_WITH(parse_docker_archive_manifest(layers(1001), "x"), Contains("has 1001 layers"));
  const auto names = [&](std::size_t count) {
    return R"([{"Config":"c","RepoTags":[)" + repeated(count, "\"n:1\"") + "]}]";
  };
  CHECK(parse_docker_archive_manifest(names(1000), "x")[0].names.size() == 1000);
  CHECK_THROWS_WITH(parse_docker_archive_manifest(names(1001), "x"), Contains("has 1001 names"));
}

TEST_CASE("the last of duplicate members counts, and the user is told") {
  auto members = test::archive_members({good_image()}, ArchiveShape::podman);
  members.insert(members.begin(), {"manifest.json", "[]"});
  ArchiveOnDisk disk(members);
  CHECK(disk.error().message() == "no error");
  REQUIRE_FALSE(disk.fixture.events.warnings.empty());
  CHECK_THAT(disk.fixture.events.warnings[0], Contains("has 'manifest.json' more than once; the last one counts"));
}

TEST_CASE("an archive cut at any member or inside one is refused, never half read") {
  for (const ArchiveShape shape : {ArchiveShape::oci, ArchiveShape::docker_before_25, ArchiveShape::docker_25,
                                   ArchiveShape::docker_containerd, ArchiveShape::podman, ArchiveShape::crane}) {
    const std::string transport = shape == ArchiveShape::oci ? "oci-archive" : "docker-archive";
    const std::string whole = test::archive_of({good_image()}, shape);
    const std::string end(1024, '\0');
    // Cut right before the end mark all members are there.
    for (std::size_t length = 0; length + end.size() < whole.size(); length += 512) {
      ArchiveOnDisk disk(whole.substr(0, length), transport);
      const Error error = disk.error();
      INFO(test::to_string(shape) << " cut at " << length << " of " << whole.size() << ": " << error.message());
      // A cut before index.json or oci-layout, which are last: manifest.json alone is as good.
      if (error.message() == "no error") {
        CHECK((shape == ArchiveShape::docker_25 || shape == ArchiveShape::docker_containerd ||
               length + 2048 >= whole.size()));
      }
    }
  }
}

TEST_CASE("the wrong transport for an archive says which is right") {
  ArchiveOnDisk oci(test::archive_of({good_image()}, ArchiveShape::oci), "docker-archive");
  CHECK_THAT(oci.message(), Contains("is an OCI archive, not a docker archive"));
  CHECK_THAT(oci.error().hint().value_or(""), Contains("oci-archive:"));
  ArchiveOnDisk docker(test::archive_of({good_image()}, ArchiveShape::podman), "oci-archive");
  CHECK_THAT(docker.message(), Contains("is a docker archive, not an OCI archive"));
  ArchiveOnDisk neither(test::tar_of({{"a", "x"}}), "docker-archive");
  CHECK_THAT(neither.message(), Contains("it has no manifest.json"));
  CHECK(neither.error().kind() == ErrorKind::corrupt);
}

TEST_CASE("uncompressed layers are normal where Docker wrote the archive") {
  ArchiveOnDisk disk(test::archive_of({good_image()}, ArchiveShape::docker_25), "oci-archive");
  CHECK(disk.open()->info().uncompressed_layers_are_normal);
  ArchiveOnDisk oci(test::archive_of({good_image()}, ArchiveShape::oci), "oci-archive");
  CHECK_FALSE(oci.open()->info().uncompressed_layers_are_normal);
}

}  // namespace sidecarctl
