// SPDX-License-Identifier: Apache-2.0
#include "image/verifying_source.hpp"

#include "support/catch.hpp"

using sidecarctl::Digest;
using sidecarctl::DigestMismatch;
using sidecarctl::StringSource;
using sidecarctl::VerifyingSource;

namespace {
VerifyingSource source_of(const std::string& bytes, const std::string& promised, std::optional<std::uint64_t> size) {
  return VerifyingSource(std::make_unique<StringSource>(bytes), Digest::sha256_of(promised), size, "the blob");
}
}  // namespace

TEST_CASE("bytes that keep their promise pass through") {
  const std::string text(300000, 'x');
  auto source = source_of(text, text, text.size());
  CHECK(sidecarctl::read_all(source, text.size(), "it") == text);
  std::byte byte{};
  CHECK(source.read({&byte, 1}) == 0);
  auto empty = source_of("", "", 0);
  CHECK(empty.read({&byte, 1}) == 0);
}

TEST_CASE("each way to break the promise has its own answer, for ever") {
  struct Case {
    std::string bytes, promised;
    std::optional<std::uint64_t> size;
    DigestMismatch::What what;
  };
  const Case row = GENERATE(Case{"abc", "abcd", 4, DigestMismatch::What::too_short},
                            Case{"abcde", "abcd", 4, DigestMismatch::What::too_long},
                            Case{"abcx", "abcd", 4, DigestMismatch::What::digest},
                            Case{"abcx", "abcd", std::nullopt, DigestMismatch::What::digest},
                            Case{"", "a", 1, DigestMismatch::What::too_short});
  auto source = source_of(row.bytes, row.promised, row.size);
  for (int i = 0; i < 3; ++i) {
    try {
      sidecarctl::drain(source);
      FAIL("was accepted");
    } catch (const DigestMismatch& error) {
      CHECK(error.what_differs() == row.what);
    }
  }
}

TEST_CASE("skipping a verified source reads, because its promise covers every byte") {
  auto source = source_of("abcx", "abcd", 4);
  CHECK(source.skip(3) == 3);
  CHECK_THROWS_AS(source.skip(3), DigestMismatch);
}
