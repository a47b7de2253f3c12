// SPDX-License-Identifier: Apache-2.0
#include "image/digest.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"

using sidecarctl::Digest;

namespace {
const std::string kHex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
}

TEST_CASE("a digest parses, prints and compares") {
  const Digest digest = Digest::parse("sha256:" + kHex);
  CHECK(digest.str() == "sha256:" + kHex);
  CHECK(digest.hex() == kHex);
  CHECK(digest.short_hex() == "e3b0c44298fc");
  CHECK(digest == Digest::sha256_of(""));
  CHECK(digest != Digest::sha256_of("x"));
}

TEST_CASE("what is not a canonical sha256 digest is refused") {
  const std::string text =
      GENERATE(as<std::string>(), "", "sha256", "sha256:", "sha256:" + kHex + "0", "sha256:" + kHex.substr(1),
               "sha256:E" + kHex.substr(1), "sha256:g" + kHex.substr(1), kHex, "SHA256:" + kHex,
               "sha512:" + kHex + kHex, "sha256: " + kHex.substr(1), "sha256:\n" + kHex.substr(1));
  INFO(text);
  CHECK_FALSE(Digest::try_parse(text));
  CHECK_THROWS_AS(Digest::parse(text), sidecarctl::ParseError);
}

TEST_CASE("sha512 is refused with a sentence of its own") {
  CHECK_THROWS_WITH(Digest::parse("sha512:" + kHex + kHex), Catch::Contains("only sha256 is supported"));
}
