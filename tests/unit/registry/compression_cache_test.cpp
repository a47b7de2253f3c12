// SPDX-License-Identifier: Apache-2.0
#include "registry/compression_cache.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/file.hpp"

#include <filesystem>
#include <fstream>
#include <vector>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

namespace {

const std::string kFile = "compressed-layers-v1";
const Digest kTar = Digest::sha256_of("tar");
const CompressedLayer kPacked{Digest::sha256_of("packed"), 42};

std::string text_of(const std::filesystem::path& path) {
  return read_file(path, 1ULL << 30);
}

}  // namespace

TEST_CASE("what a layer became is remembered in the next run, for each compressor") {
  const test::TempDir folder;
  CompressionCache(folder.path() / "new").add(kTar, "gzip-1", kPacked);
  const CompressionCache next(folder.path() / "new");
  CHECK(next.find(kTar, "gzip-1") == kPacked);
  CHECK_FALSE(next.find(kTar, "gzip-2").has_value());
  CHECK_FALSE(next.find(Digest::sha256_of("other"), "gzip-1").has_value());
}

TEST_CASE("the last word on a layer counts") {
  const test::TempDir folder;
  CompressionCache cache(folder.path());
  cache.add(kTar, "gzip-1", {Digest::sha256_of("old"), 1});
  cache.add(kTar, "gzip-1", kPacked);
  CHECK(cache.find(kTar, "gzip-1") == kPacked);
  CHECK(CompressionCache(folder.path()).find(kTar, "gzip-1") == kPacked);
}

TEST_CASE("damaged lines of the compression cache are not believed, the others are") {
  const test::TempDir folder;
  CompressionCache(folder.path()).add(kTar, "gzip-1", kPacked);
  const std::string good = text_of(folder.path() / kFile);
  std::string wrong_size = good;
  wrong_size.replace(good.find(" 42 "), 4, " 43 ");
  const std::vector<std::string> damages = {wrong_size, good.substr(0, good.size() / 2) + "\n", "\n\n\xff\xfe x\n",
                                            std::string(100000, ' ') + "\n", "a b c d e\n"};
  for (const std::string& damaged : damages) {
    std::ofstream(folder.path() / kFile) << damaged;
    CHECK_FALSE(CompressionCache(folder.path()).find(kTar, "gzip-1").has_value());
    std::ofstream(folder.path() / kFile) << damaged << good;
    CHECK(CompressionCache(folder.path()).find(kTar, "gzip-1") == kPacked);
  }
}

TEST_CASE("a compression cache without a place works for one run") {
  CompressionCache cache(std::nullopt);
  cache.add(kTar, "gzip-1", kPacked);
  CHECK(cache.find(kTar, "gzip-1") == kPacked);
}

TEST_CASE("a compression cache that cannot be written is no failure") {
  const test::TempDir folder;
  std::ofstream(folder.path() / "file") << "x";
  CompressionCache cache(folder.path() / "file");
  cache.add(kTar, "gzip-1", kPacked);
  CHECK(cache.find(kTar, "gzip-1") == kPacked);
}

TEST_CASE("a compression cache follows no link") {
  const test::TempDir folder;
  std::ofstream(folder.path() / "victim") << "precious\n";
  std::filesystem::create_symlink("victim", folder.path() / kFile);
  CompressionCache(folder.path()).add(kTar, "gzip-1", kPacked);
  CHECK(text_of(folder.path() / "victim") == "precious\n");
}

TEST_CASE("a compression cache beyond its limit keeps the newer half") {
  const test::TempDir folder;
  const std::string filler(1000, 'x');
  {
    std::ofstream file(folder.path() / kFile);
    for (std::uint64_t written = 0; written <= CompressionCache::kMaxFileSize; written += filler.size() + 1)
      file << filler << '\n';
  }
  CompressionCache(folder.path()).add(kTar, "gzip-1", kPacked);
  CHECK(std::filesystem::file_size(folder.path() / kFile) < CompressionCache::kMaxFileSize * 6 / 10);
  CHECK(CompressionCache(folder.path()).find(kTar, "gzip-1") == kPacked);
}
