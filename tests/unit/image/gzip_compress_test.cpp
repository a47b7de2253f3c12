// SPDX-License-Identifier: Apache-2.0
#include "image/gzip_compress.hpp"

#include "image/decompress.hpp"
#include "support/catch.hpp"
#include "support/sources.hpp"

#include <array>

namespace sidecarctl {
namespace {

using test::ChattySource;

std::string sample() {
  std::string text;
  for (std::uint32_t i = 0; i < 120'000; ++i) text += std::to_string(i * 2654435761U % 100'000);
  return text;
}

std::string compress(const std::string& text, int level, std::size_t inner_step, std::size_t outer_step) {
  const auto source = open_gzip_compressed(std::make_unique<ChattySource>(text, inner_step), level);
  std::string packed;
  std::vector<std::byte> buffer(outer_step);
  while (const std::size_t got = source->read(buffer)) {
    packed.append(reinterpret_cast<const char*>(buffer.data()), got);
  }
  return packed;
}

std::string unpack(const std::string& packed) {
  const auto source = open_decompressed(std::make_unique<StringSource>(packed), "it");
  return read_all(*source, 1 << 24, "it");
}

}  // namespace

TEST_CASE("what was compressed can be unpacked, at every level") {
  for (const int level : {0, 1, 2, 3}) {
    for (const std::string& text : {sample(), std::string("short"), std::string(), std::string(1 << 20, '\0')}) {
      CAPTURE(level, text.size());
      const std::string packed = compress(text, level, 1 << 20, 1 << 20);
      CHECK(detect_compression(packed) == Compression::gzip);
      CHECK(unpack(packed) == text);
      CHECK(packed.size() < text.size() * 2 / 3 + 160);
    }
  }
}

TEST_CASE("the same input gives the same bytes, whatever the sizes of the reads") {
  const std::string text = sample();
  for (const int level : {0, 1, 2, 3}) {
    const std::string packed = compress(text, level, 1 << 20, 1 << 20);
    CHECK(compress(text, level, 1000, 1 << 20) == packed);
    CHECK(compress(text, level, 1 << 20, 777) == packed);
    CHECK(compress(text, level, 777, 131) == packed);
  }
}

TEST_CASE("the gzip header holds neither time nor system") {
  const std::string packed = compress("text", 1, 10, 10);
  CHECK(packed.substr(0, 4) == std::string("\x1f\x8b\x08\0", 4));
  CHECK(packed.substr(4, 4) == std::string(4, '\0'));
  CHECK(packed[9] == '\xff');
}

TEST_CASE("a failed inner source fails the compressor for ever") {
  const auto source = open_gzip_compressed(std::make_unique<test::BreakingSource>(sample()), 1);
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(drain(*source), Error);
}

TEST_CASE("a level that ISA-L does not have is a bug") {
  CHECK_THROWS_AS(open_gzip_compressed(std::make_unique<StringSource>(""), 4), std::logic_error);
}

}  // namespace sidecarctl
