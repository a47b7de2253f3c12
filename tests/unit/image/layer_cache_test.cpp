// SPDX-License-Identifier: Apache-2.0
#include "image/layer_cache.hpp"

#include "image/layer_index_builder.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/file.hpp"

#include <sys/stat.h>

#include <chrono>

namespace sidecarctl {
namespace {

namespace fs = std::filesystem;

ReadLayer layer_of(const std::string& name, std::size_t files = 3) {
  LayerIndexBuilder builder;
  for (std::size_t i = 0; i < files; ++i) {
    TarEntry entry;
    entry.path = "dir/" + name + std::to_string(i);
    entry.size = 4;
    const auto id = builder.add(entry);
    builder.index().keep_head(*id, "head");
  }
  TarEntry link;
  link.path = "link";
  link.is_hardlink = true;
  link.link_target = "dir/" + name + "0";
  builder.add(link);
  ReadLayer layer{Digest::sha256_of(name), 1000, Digest::sha256_of(name + " unpacked"), {}, {}};
  layer.facts.compression = Compression::zstd;
  layer.facts.read_to_end = true;
  layer.facts.entries = builder.entries();
  layer.facts.unpacked_size = 12345;
  layer.facts.anomalies.push_back({TarAnomaly::Kind::duplicate, "path", "detail"});
  layer.facts.anomaly_count = 7;
  layer.index = std::move(builder.index());
  return layer;
}

std::string written(const ReadLayer& layer) {
  std::string bytes;
  write_layer(layer, [&bytes](std::span<const std::byte> piece) {
    bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  });
  return bytes;
}

fs::path only_file(const fs::path& folder) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    REQUIRE(found.empty());
    found = entry.path();
  }
  return found;
}

}  // namespace

TEST_CASE("what was stored is loaded again") {
  const test::TempDir folder;
  const LayerCache cache(folder.path() / "deep" / "folder");
  const ReadLayer stored = layer_of("a");
  CHECK_FALSE(cache.load(stored.digest, 1000));
  cache.store(stored);
  const auto loaded = cache.load(stored.digest, 1000);
  REQUIRE(loaded);
  CHECK(loaded->digest == stored.digest);
  CHECK(loaded->diff_id == stored.diff_id);
  CHECK(loaded->facts.compression == Compression::zstd);
  CHECK(loaded->facts.read_to_end);
  CHECK(loaded->facts.entries == 4);
  CHECK(loaded->facts.unpacked_size == 12345);
  CHECK(loaded->facts.anomaly_count == 7);
  REQUIRE(loaded->facts.anomalies.size() == 1);
  CHECK(loaded->facts.anomalies[0].detail == "detail");
  const LayerIndex& index = loaded->index;
  CHECK(*index.head(index.find("dir/a1")) == "head");
  CHECK(index.inode(index.find("link")) == index.find("dir/a0"));
  CHECK_FALSE(cache.load(stored.digest, 999));
  CHECK_FALSE(cache.load(Digest::sha256_of("b"), 1000));
}

TEST_CASE("an index of any size comes back the same, whatever falls on the borders of buffers") {
  for (const std::size_t length : {1UL, 65'535UL, 65'536UL, 65'537UL, 200'000UL}) {
    LayerIndexBuilder builder;
    for (const char* name : {"a", "b", "c"}) {
      TarEntry entry;
      entry.path = name;
      entry.size = length;
      builder.index().keep_head(*builder.add(entry), std::string(length, name[0]));
    }
    ReadLayer layer = layer_of("x");
    layer.index = std::move(builder.index());
    StringSource source(written(layer));
    const auto again = parse_layer(source);
    REQUIRE(again);
    CHECK(*again->index.head(again->index.find("b")) == std::string(length, 'b'));
    CHECK(written(*again) == written(layer));
  }
}

TEST_CASE("a file that is not whole, changed, of another layer or another user's kind is as none") {
  const test::TempDir folder;
  const LayerCache cache(folder.path());
  const ReadLayer layer = layer_of("a");
  cache.store(layer);
  const fs::path file = only_file(folder.path());
  const std::string good = read_file(file, 1 << 20);
  for (std::size_t length = 0; length < good.size(); length += 31) {
    write_file_atomically(file, good.substr(0, length));
    CHECK_FALSE(cache.load(layer.digest, 1000));
  }
  for (std::size_t at = 0; at < good.size(); at += 17) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    write_file_atomically(file, changed);
    CHECK_FALSE(cache.load(layer.digest, 1000));
  }
  write_file_atomically(file, good + "x");
  CHECK_FALSE(cache.load(layer.digest, 1000));
  write_file_atomically(file, written(layer_of("b")));
  CHECK_FALSE(cache.load(layer.digest, 1000));
  write_file_atomically(file, good);
  CHECK(cache.load(layer.digest, 1000));

  const fs::path elsewhere = folder.path() / "elsewhere";
  fs::rename(file, elsewhere);
  fs::create_symlink(elsewhere, file);
  CHECK_FALSE(cache.load(layer.digest, 1000));
  fs::remove(file);
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  CHECK_FALSE(cache.load(layer.digest, 1000));
}

TEST_CASE("the oldest are removed when there are too many") {
  const test::TempDir folder;
  const std::uint64_t size = written(layer_of("a")).size();
  const LayerCache cache(folder.path(), 3 * size + 10);
  const auto age = [&](const std::string& name, int hours) {
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (entry.path().filename().string().starts_with(Digest::sha256_of(name).hex())) {
        fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(hours));
      }
    }
  };
  for (const char* name : {"a", "b", "c"}) cache.store(layer_of(name));
  age("a", 3);
  age("b", 2);
  age("c", 1);
  CHECK(cache.load(Digest::sha256_of("a"), 1000));  // Used again: no longer the oldest.
  cache.store(layer_of("d"));
  CHECK(cache.load(Digest::sha256_of("a"), 1000));
  CHECK_FALSE(cache.load(Digest::sha256_of("b"), 1000));
  CHECK(cache.load(Digest::sha256_of("c"), 1000));
  CHECK(cache.load(Digest::sha256_of("d"), 1000));
}

TEST_CASE("what a killed writer left is removed in time, and foreign files are let be") {
  const test::TempDir folder;
  const LayerCache cache(folder.path(), 1 << 20);
  for (const char* name : {".layer-old123", ".layer-new123", "README"})
    write_file_atomically(folder.path() / name, "x");
  fs::last_write_time(folder.path() / ".layer-old123", fs::file_time_type::clock::now() - std::chrono::hours(2));
  cache.store(layer_of("a"));
  CHECK_FALSE(fs::exists(folder.path() / ".layer-old123"));
  CHECK(fs::exists(folder.path() / ".layer-new123"));
  CHECK(fs::exists(folder.path() / "README"));
}

TEST_CASE("an index that is larger than the whole cache is not kept") {
  const test::TempDir folder;
  const LayerCache cache(folder.path(), 1000);
  cache.store(layer_of("a", 100));
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("only this user may read and write what is cached") {
  const test::TempDir folder;
  LayerCache(folder.path()).store(layer_of("a"));
  CHECK((fs::status(only_file(folder.path())).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

}  // namespace sidecarctl
