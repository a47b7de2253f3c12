// SPDX-License-Identifier: Apache-2.0
#include "image/layer_compressor.hpp"

#include "image/decompress.hpp"
#include "support/catch.hpp"
#include "util/error.hpp"

#include <set>
#include <string>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header
using Method = LayerCompressor::Method;

TEST_CASE("a compressed layer unpacks to the tar it was made of") {
  const Method method = GENERATE(Method::gzip, Method::zstd);
  const std::string tar(300000, 't');
  const auto packed = LayerCompressor(method).open(std::make_unique<StringSource>(tar));
  const std::string bytes = read_all(*packed, 1ULL << 20, "layer");
  CHECK(bytes.size() < tar.size() / 10);
  CHECK(detect_compression(bytes.substr(0, 8)) == (method == Method::gzip ? Compression::gzip : Compression::zstd));
  const auto unpacked = open_decompressed(std::make_unique<StringSource>(bytes), "layer");
  CHECK(read_all(*unpacked, 1ULL << 20, "layer") == tar);
}

TEST_CASE("whatever changes the bytes of a compressed layer changes the compressor's id") {
  const std::set<std::string> ids = {LayerCompressor(Method::gzip, 1).id(), LayerCompressor(Method::gzip, 2).id(),
                                     LayerCompressor(Method::zstd, 1).id(), LayerCompressor(Method::zstd, 3).id()};
  CHECK(ids.size() == 4);
  CHECK(LayerCompressor(Method::gzip).id() == LayerCompressor(Method::gzip, 1).id());
  for (const std::string& id : ids) CHECK(id.find(' ') == std::string::npos);  // It is a field of a line of the cache.
}

TEST_CASE("a level that a compressor does not have is refused") {
  struct Row {
    Method method;
    int level;
  };
  for (const Row& row : {Row{Method::gzip, -1}, Row{Method::gzip, 4}, Row{Method::zstd, 0}, Row{Method::zstd, 20}}) {
    INFO(row.level);
    CHECK_THROWS_AS(LayerCompressor(row.method, row.level), Error);
  }
  CHECK_NOTHROW(LayerCompressor(Method::gzip, 0));
  CHECK_NOTHROW(LayerCompressor(Method::zstd, 19));
}
