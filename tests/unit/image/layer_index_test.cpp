// SPDX-License-Identifier: Apache-2.0
#include "image/layer_index.hpp"

#include "image/decompress.hpp"
#include "image/head_wishes.hpp"
#include "image/layer_index_builder.hpp"
#include "support/catch.hpp"

namespace sidecarctl {
namespace {

TarEntry entry(std::string path, FileType type = FileType::file, std::string link = "") {
  TarEntry made;
  made.path = std::move(path);
  made.type = type;
  made.link_target = std::move(link);
  made.mode = 0644;
  return made;
}

std::vector<TarAnomaly::Kind> kinds(LayerIndexBuilder& builder) {
  std::vector<TarAnomaly::Kind> found;
  for (const TarAnomaly& anomaly : builder.anomalies()) found.push_back(anomaly.kind);
  return found;
}

}  // namespace

TEST_CASE("what is below a directory is found by name, and its path is known") {
  LayerIndexBuilder builder;
  for (int i = 0; i < 1000; ++i) builder.add(entry("a/b/file-" + std::to_string(i)));
  const LayerIndex& index = builder.index();
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "a/b/file-" + std::to_string(i);
    const LayerIndex::Id id = index.find(path);
    REQUIRE(id != LayerIndex::kNone);
    CHECK(index.path_of(id) == path);
  }
  CHECK(index.find("a/b/file-1000") == LayerIndex::kNone);
  CHECK(index.find("") == LayerIndex::kRoot);
  CHECK(index.path_of(LayerIndex::kRoot).empty());
}

TEST_CASE("links of a layer are followed inside its root only") {
  LayerIndexBuilder builder;
  builder.add(entry("data/real/", FileType::directory));
  builder.add(entry("up", FileType::symlink, "../../../data"));
  builder.add(entry("absolute", FileType::symlink, "/up/real"));
  builder.add(entry("loop", FileType::symlink, "./loop"));
  builder.add(entry("file"));
  const LayerIndex& index = builder.index();
  CHECK(index.resolve_inside("up/real") == "data/real");
  CHECK(index.resolve_inside("absolute") == "data/real");
  CHECK(index.resolve_inside("absolute/new/../x") == "data/real/x");
  CHECK(index.resolve_inside("not/there") == "not/there");
  CHECK(index.resolve_inside("../..") == "");
  CHECK(index.resolve_inside("loop/x") == std::nullopt);
  CHECK(index.resolve_inside("file/x") == std::nullopt);
}

TEST_CASE("links that multiply are given up, not followed for ever") {
  LayerIndexBuilder builder;
  // Each link doubles the way: 2^300 steps.
  for (int i = 0; i < 300; ++i) {
    const std::string next = "l" + std::to_string(i + 1);
    builder.add(entry("l" + std::to_string(i), FileType::symlink, next + "/" + next));
  }
  CHECK(builder.index().resolve_inside("l0") == std::nullopt);
}

TEST_CASE("names and paths that the kernel refuses are left out and told") {
  LayerIndexBuilder builder;
  CHECK(builder.add(entry(std::string(kMaxNameLength, 'n'))));
  CHECK(builder.anomaly_count() == 0);
  CHECK_FALSE(builder.add(entry(std::string(kMaxNameLength + 1, 'n'))));
  std::string path;
  while (path.size() < kMaxPathLength - 1) path += "d/";
  path += 'f';
  REQUIRE(path.size() == kMaxPathLength);
  CHECK(builder.add(entry(path)));
  CHECK(builder.anomaly_count() == 1);
  CHECK_FALSE(builder.add(entry("x" + path)));
  builder.add(entry("link", FileType::symlink, std::string(kMaxPathLength, 't')));
  CHECK(builder.anomaly_count() == 2);
  builder.add(entry("long-link", FileType::symlink, std::string(kMaxPathLength + 1, 't')));
  CHECK(kinds(builder) == std::vector(3, TarAnomaly::Kind::other));
}

TEST_CASE("the first anomalies are kept, all are counted, and no terminal is harmed") {
  LayerIndexBuilder builder;
  for (std::size_t i = 0; i < LayerIndexBuilder::kMaxAnomalies + 5; ++i) builder.add(entry(".wh."));
  builder.add(entry("../\x1b[2J"));
  CHECK(builder.anomalies().size() == LayerIndexBuilder::kMaxAnomalies);
  CHECK(builder.anomaly_count() == LayerIndexBuilder::kMaxAnomalies + 6);
  LayerIndexBuilder other;
  other.add(entry("../\x1b[2J"));
  CHECK(other.anomalies().at(0).detail.find('\x1b') == std::string::npos);
}

TEST_CASE("a layer with more entries than the limit is refused") {
  LayerIndexBuilder builder;
  const TarEntry root = entry("./", FileType::directory);
  for (std::uint64_t i = 0; i < kMaxLayerEntries; ++i) builder.add(root);
  CHECK_THROWS_AS(builder.add(root), DamagedData);
}

TEST_CASE("a layer with more names than the limit is refused") {
  LayerIndexBuilder builder;
  std::size_t text = 0;
  TarEntry link = entry("link", FileType::symlink, std::string(kMaxPathLength, 't'));
  while (text + kMaxPathLength + 4 <= kMaxLayerText) {
    builder.add(link);
    text += kMaxPathLength + 4;
  }
  CHECK_THROWS_AS(builder.add(link), DamagedData);
}

TEST_CASE("owners beyond 32 bits are nobody's") {
  LayerIndexBuilder builder;
  TarEntry huge = entry("f");
  huge.uid = 1ULL << 40;
  const auto id = builder.add(huge);
  CHECK(builder.index().node(*id).uid == 0xffffffff);
}

TEST_CASE("first bytes are kept up to a limit for the whole layer") {
  LayerIndexBuilder builder;
  const auto first = builder.add(entry("a"));
  const auto second = builder.add(entry("b"));
  LayerIndex& index = builder.index();
  index.keep_head(*first, std::string(kMaxHeadBytes - 1, 'x'));
  index.keep_head(*second, "yy");
  CHECK(index.head(*second) == nullptr);
  index.keep_head(*second, "y");
  CHECK(*index.head(*second) == "y");
  index.keep_head(*first, "short");  // What is known is not forgotten.
  CHECK(index.head(*first)->size() == kMaxHeadBytes - 1);
}

TEST_CASE("whose first bytes are kept") {
  HeadWishes wishes;
  wishes.add({"run.sh", "/srv/app"});
  CHECK(wishes.first_bytes("etc/passwd", 0644) == HeadWishes::kAccounts);
  CHECK(wishes.first_bytes("etc/group", 0644) == HeadWishes::kAccounts);
  CHECK(wishes.first_bytes("x/etc/group", 0644) == 0);
  CHECK(wishes.first_bytes("deep/run.sh", 0644) == HeadWishes::kBinary);
  CHECK(wishes.first_bytes("srv/app", 0644) == HeadWishes::kBinary);
  CHECK(wishes.first_bytes("other/app", 0644) == 0);
  CHECK(wishes.first_bytes("usr/local/bin/python3.11", 0755) == HeadWishes::kBinary);
  CHECK(wishes.first_bytes("usr/local/bin/readme", 0644) == 0);
  CHECK(wishes.first_bytes("bin", 0755) == 0);
  CHECK(wishes.first_bytes("lib/x86_64-linux-gnu/ld-2.31.so", 0755) == HeadWishes::kBinary);
  CHECK(wishes.first_bytes("lib/libc-2.31.so", 0755) == 0);
  CHECK(HeadWishes::all_bytes("run.sh", "#!/bin/sh") == HeadWishes::kScript);
  CHECK(HeadWishes::all_bytes("run.sh",
                              "\x7f"
                              "ELF") == HeadWishes::kBinary);
}

}  // namespace sidecarctl
