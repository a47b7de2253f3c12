// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/temp_dir.hpp"
#include "transports/transport.hpp"

#include <sys/stat.h>

#include <fstream>

namespace sidecarctl {

namespace {

PathKind kind_of(const std::string& name, const std::string& content) {
  const test::TempDir dir;
  std::ofstream(dir.path() / name, std::ios::binary) << content;
  return look_at_path(dir.path() / name);
}

}  // namespace

TEST_CASE("archives are told by what is in them, not by their names") {
  using test::ArchiveShape;
  const std::vector<test::TestImage> images{test::good_image()};
  CHECK(kind_of("x", test::archive_of(images, ArchiveShape::oci)) == PathKind::oci_archive);
  for (const ArchiveShape shape : {ArchiveShape::docker_before_25, ArchiveShape::docker_25,
                                   ArchiveShape::docker_containerd, ArchiveShape::podman, ArchiveShape::crane}) {
    CHECK(kind_of("x.txt", test::archive_of(images, shape)) == PathKind::docker_archive);
  }
  CHECK(kind_of("x.tar", test::tar_of({{"a", "b"}})) == PathKind::other);
}

TEST_CASE("a packed or cut archive is an archive, whose opener will see more") {
  const std::string tar = test::archive_of({test::good_image()}, test::ArchiveShape::docker_before_25);
  for (const Compression compression : {Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2}) {
    CHECK(kind_of("x", test::pack(tar, compression)) == PathKind::docker_archive);
  }
  CHECK(kind_of("x", tar.substr(0, tar.size() / 2)) == PathKind::docker_archive);
}

TEST_CASE("Dockerfiles are told by name or by their first instruction") {
  for (const char* name :
       {"Dockerfile", "dockerfile", "Containerfile", "Dockerfile.dev", "app.Dockerfile", "x.dockerfile"}) {
    INFO(name);
    CHECK(kind_of(name, "RUN x\n") == PathKind::dockerfile);
    CHECK(kind_of(name, "") == PathKind::dockerfile);
  }
  for (const char* text : {"FROM x", "from x\n", "\n\n# syntax=docker/dockerfile:1\n  ARG V=1\nFROM x",
                           "\xef\xbb\xbf"
                           "FROM x",
                           "FROM\tx\r\n"}) {
    INFO(text);
    CHECK(kind_of("file", text) == PathKind::dockerfile);
  }
  for (const std::string& text : {std::string("FROMAGE x"), std::string("hello"), std::string(),
                                  std::string("# only a comment"), std::string("FROM x\0", 7)}) {
    INFO(text);
    CHECK(kind_of("file", text) == PathKind::other);
  }
}

TEST_CASE("folders are layouts, or have a Dockerfile, or are nothing") {
  const test::TempDir dir;
  CHECK(look_at_path(dir.path() / "gone") == PathKind::absent);
  CHECK(look_at_path("") == PathKind::absent);
  CHECK(look_at_path(dir.path()) == PathKind::other);
  std::ofstream(dir.path() / "Containerfile") << "FROM x";
  CHECK(look_at_path(dir.path()) == PathKind::folder_with_dockerfile);
  test::write_files(dir.path(), test::oci_layout({test::good_image()}).files());
  CHECK(look_at_path(dir.path()) == PathKind::oci_layout);
  std::filesystem::remove(dir.path() / "oci-layout");
  CHECK(look_at_path(dir.path()) == PathKind::folder_with_dockerfile);
}

TEST_CASE("looking at a FIFO or a device does not read it") {
  const test::TempDir dir;
  REQUIRE(::mkfifo((dir.path() / "fifo").c_str(), 0600) == 0);
  CHECK(look_at_path(dir.path() / "fifo") == PathKind::other);
  CHECK(look_at_path("/dev/zero") == PathKind::other);
}

}  // namespace sidecarctl
