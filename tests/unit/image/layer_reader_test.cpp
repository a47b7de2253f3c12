// SPDX-License-Identifier: Apache-2.0
#include "image/layer_reader.hpp"

#include "image/decompress.hpp"
#include "image/read_ahead_source.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/sources.hpp"
#include "support/tar_builder.hpp"

namespace sidecarctl {
namespace {

using test::ChattySource;
using test::pack;
using test::TarBuilder;

/// Large enough that a thread reads ahead, whatever the compression.
std::string big_tar(std::size_t size = 2'000'000) {
  std::string noise;
  std::uint32_t state = 7;
  while (noise.size() < size) {
    state = state * 1664525U + 1013904223U;
    noise += static_cast<char>(state >> 24U);
  }
  return TarBuilder().file("a", noise).file("b", "text").build();
}

LayerPromise promise_for(const std::string& blob, const std::string& tar) {
  return {.digest = Digest::sha256_of(blob), .size = blob.size(), .diff_id = Digest::sha256_of(tar), .name = "layer 3"};
}

std::uint64_t walk(LayerReader& reader) {
  std::uint64_t count = 0;
  while (reader.next() != nullptr) ++count;
  return count;
}

std::vector<LayerFault::Kind> kinds(const LayerReader& reader) {
  std::vector<LayerFault::Kind> found;
  for (const LayerFault& fault : reader.faults()) found.push_back(fault.kind);
  return found;
}

using Kinds = std::vector<LayerFault::Kind>;

}  // namespace

TEST_CASE("a right layer is read to its end and has no faults, in every compression") {
  const std::string small = TarBuilder().file("a", "text").file("b").build() + std::string(20'000, '\0');
  for (const std::string& tar : {small, big_tar()}) {
    for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd, Compression::xz}) {
      CAPTURE(to_string(compression), tar.size());
      const std::string blob = pack(tar, compression);
      test::SourceLog log;
      LayerReader reader(std::make_unique<ChattySource>(blob, 50'000, &log), promise_for(blob, tar));
      CHECK(walk(reader) == 2);
      CHECK(reader.compression() == compression);
      CHECK(reader.read_to_end());
      CHECK(reader.faults().empty());
      CHECK(reader.stored_bytes_read() == blob.size());
      CHECK(reader.unpacked_size() == tar.size());
      CHECK(reader.diff_id() == Digest::sha256_of(tar));
      CHECK(log.drained);
    }
  }
}

TEST_CASE("the end is told only after the whole blob was drained") {
  // The archive ends early; two members follow, the second of them wrong. A walk that stopped at the end-of-archive
  // marker would not see it.
  const std::string tar = TarBuilder().file("a").build();
  const std::string tail(3'000'000, '\0');
  const std::string blob = pack(tar, Compression::gzip) + pack(tail, Compression::gzip);
  LayerPromise promise = promise_for(blob, tar + tail);
  promise.digest = Digest::sha256_of("something else");
  test::SourceLog log;
  LayerReader reader(std::make_unique<ChattySource>(blob, 100, &log), promise);
  REQUIRE(reader.next() != nullptr);
  CHECK_FALSE(reader.read_to_end());
  CHECK(reader.next() == nullptr);
  CHECK(log.drained);
  CHECK(log.read == blob.size());
  CHECK(kinds(reader) == Kinds{LayerFault::Kind::digest});

  LayerReader cut(std::make_unique<ChattySource>(blob.substr(0, blob.size() - 3), 100), promise_for(blob, tar + tail));
  REQUIRE(cut.next() != nullptr);
  CHECK_THROWS_AS(cut.next(), DamagedData);
}

TEST_CASE("a reader whose source has thrown throws for ever") {
  for (const std::string& tar : {big_tar(5000), big_tar()}) {
    const std::string blob = pack(tar, Compression::gzip);
    LayerReader reader(std::make_unique<test::BreakingSource>(blob.substr(0, blob.size() - 4)), promise_for(blob, tar));
    for (int i = 0; i < 3; ++i) CHECK_THROWS_WITH(walk(reader), "the connection broke");
    CHECK_FALSE(reader.read_to_end());
  }
}

TEST_CASE("every broken promise is found in one look") {
  const std::string tar = TarBuilder().file("a").build();
  const std::string blob = pack(tar, Compression::gzip);
  LayerPromise promise{Digest::sha256_of("x"), blob.size() + 1, Digest::sha256_of("y"), "layer 3", false};
  LayerReader reader(std::make_unique<StringSource>(blob), promise);
  CHECK(walk(reader) == 1);
  CHECK(kinds(reader) == Kinds{LayerFault::Kind::size, LayerFault::Kind::digest, LayerFault::Kind::diff_id});
  for (const LayerFault& fault : reader.faults()) CHECK_THAT(fault.message, Catch::Contains("layer 3"));
  CHECK_THAT(reader.faults()[1].message,
             Catch::Contains(Digest::sha256_of(blob).str()) && Catch::Contains(Digest::sha256_of("x").str()));
}

TEST_CASE("a blob that goes on beyond its size is left there") {
  const std::string tar = TarBuilder().file("a").build();
  test::SourceLog log;
  LayerReader reader(std::make_unique<ChattySource>(tar + std::string(5'000'000, '\0'), 1 << 20, &log),
                     promise_for(tar, tar));
  CHECK(walk(reader) == 1);
  CHECK(kinds(reader) == Kinds{LayerFault::Kind::size});
  CHECK(log.read <= tar.size() + 1);
}

TEST_CASE("an uncompressed layer in a seekable place is skipped through, and nothing is said about its digest") {
  const std::string tar = TarBuilder().file("a", std::string(5'000'000, 'x')).file("b", "text").build();
  LayerPromise promise = promise_for(tar, tar);
  promise.digest = Digest::sha256_of("never looked at");
  promise.may_skip = true;
  test::SourceLog log;
  LayerReader reader(std::make_unique<ChattySource>(tar, 1 << 20, &log), promise);
  CHECK(walk(reader) == 2);
  CHECK_FALSE(reader.read_to_end());
  CHECK(reader.faults().empty());
  CHECK(log.read < 64 * 1024);
  CHECK(reader.unpacked_size() == tar.size());

  promise.size += 512;  // The size is known without reading.
  LayerReader short_one(std::make_unique<StringSource>(tar), promise);
  walk(short_one);
  CHECK(kinds(short_one) == Kinds{LayerFault::Kind::size});

  LayerReader cut(std::make_unique<StringSource>(tar.substr(0, 1'000'000)), promise);
  CHECK_THROWS_AS(walk(cut), DamagedData);
}

TEST_CASE("a packed layer is read whole though its place is seekable") {
  const std::string tar = big_tar();
  const std::string blob = pack(tar, Compression::zstd);
  LayerPromise promise = promise_for(blob, tar);
  promise.may_skip = true;
  LayerReader reader(std::make_unique<StringSource>(blob), promise);
  CHECK(walk(reader) == 2);
  CHECK(reader.read_to_end());
}

TEST_CASE("reading ahead changes nothing but the time") {
  const std::string text = big_tar();
  const auto source = open_read_ahead(std::make_unique<ChattySource>(text, 70'001));
  CHECK(read_all(*source, 1 << 24, "it") == text);
  CHECK(drain(*source) == 0);
  const auto empty = open_read_ahead(std::make_unique<StringSource>(""));
  CHECK(drain(*empty) == 0);
  const auto abandoned = open_read_ahead(std::make_unique<StringSource>(text));
  std::byte one{};
  CHECK(abandoned->read({&one, 1}) == 1);  // Its destructor must not wait for a reader.

  const auto broken = open_read_ahead(std::make_unique<test::BreakingSource>(text));
  const std::string before = read_up_to(*broken, text.size());
  CHECK(before == text);
  for (int i = 0; i < 3; ++i) CHECK_THROWS_WITH(drain(*broken), "the connection broke");
}

}  // namespace sidecarctl
