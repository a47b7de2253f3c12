// SPDX-License-Identifier: Apache-2.0
#include "support/image_builder.hpp"

#include "support/catch.hpp"

#include <set>

namespace sidecarctl::test {

TEST_CASE("a test image has the same digests in every run") {
  TestImage image = good_image();
  image.compression = Compression::none;
  CHECK(build(image).descriptor.digest == build(image).descriptor.digest);
  CHECK(parse_config(build(image).config).diff_ids == std::vector<Digest>{Digest::sha256_of(image.layers[0].tar)});
  const Manifest manifest = parse_manifest(build(image).manifest);
  CHECK(manifest.layers.at(0).digest == Digest::sha256_of(image.layers[0].tar));
  CHECK(manifest.config.media_type == media_type::oci_config);
}

TEST_CASE("packed bytes begin with the magic of their compression and are the same each time") {
  const std::string text(10000, 'x');
  CHECK(pack(text, Compression::gzip).starts_with("\x1f\x8b"));
  CHECK(pack(text, Compression::zstd).starts_with("\x28\xb5\x2f\xfd"));
  CHECK(pack(text, Compression::xz)
            .starts_with("\xfd"
                         "7zXZ"));
  CHECK(pack(text, Compression::bzip2).starts_with("BZh"));
  CHECK(pack(text, Compression::gzip) == pack(text, Compression::gzip));
  CHECK(pack(text, Compression::none) == text);
}

TEST_CASE("no archive has a name twice, except where its tool writes it so") {
  for (const ArchiveShape shape : {ArchiveShape::oci, ArchiveShape::docker_before_25, ArchiveShape::docker_25,
                                   ArchiveShape::docker_containerd, ArchiveShape::podman, ArchiveShape::crane}) {
    TestImage second = good_image();
    second.names = {"registry.example/other:2"};
    std::set<std::string> names;
    for (const ArchiveMember& member : archive_members({good_image(), second}, shape)) {
      INFO(to_string(shape) << ": " << member.name);
      CHECK(names.insert(member.name).second);
    }
  }
}

}  // namespace sidecarctl::test
