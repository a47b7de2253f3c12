// SPDX-License-Identifier: Apache-2.0
#include "image/zstd_compress.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"

#include <zstd.h>

#include <string>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

namespace {

constexpr std::uint64_t kLimit = 1ULL << 26;

/// Bytes that compress, but not to nothing.
std::string sample(std::size_t size) {
  std::string text(size, '\0');
  unsigned state = 1;
  for (char& byte : text) {
    state = state * 1103515245U + 12345U;
    byte = static_cast<char>("abcdefgh"[(state >> 16) % 8]);
  }
  return text;
}

std::string compress(const std::string& text, int level) {
  return read_all(*open_zstd_compressed(std::make_unique<StringSource>(text), level), kLimit, "frame");
}

std::string unpack(const std::string& frame, std::size_t size) {
  std::string text(size + 1, '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), frame.data(), frame.size());
  REQUIRE_FALSE(ZSTD_isError(got));
  text.resize(got);
  return text;
}

class Failing final : public ByteSource {
 public:
  std::size_t read(std::span<std::byte> out) override {
    if (calls_++ > 0) throw Error(ErrorKind::corrupt, "damaged");
    return out.size();
  }

 private:
  int calls_ = 0;
};

}  // namespace

TEST_CASE("zstd gives back what went in, and the same bytes every time") {
  const std::size_t size = GENERATE(0U, 1U, 131072U, 131073U, 3000000U);
  const int level = GENERATE(1, 3, 19);
  const std::string text = sample(size);
  const std::string frame = compress(text, level);
  CHECK(unpack(frame, size) == text);
  CHECK(frame == compress(text, level));
  if (size > 1000) CHECK(frame.size() < size / 2);
}

TEST_CASE("zstd can be pulled byte by byte") {
  const std::string text = sample(20000);
  const auto source = open_zstd_compressed(std::make_unique<StringSource>(text), 3);
  std::string frame;
  std::byte one{};
  while (source->read(std::span(&one, 1)) == 1) frame.push_back(static_cast<char>(one));
  CHECK(unpack(frame, text.size()) == text);
  CHECK(source->read(std::span(&one, 1)) == 0);
}

TEST_CASE("zstd passes on what its source throws, for ever") {
  const auto source = open_zstd_compressed(std::make_unique<Failing>(), 1);
  CHECK_THROWS_WITH(drain(*source), "damaged");
  std::byte one{};
  CHECK_THROWS_WITH(source->read(std::span(&one, 1)), "damaged");
}
