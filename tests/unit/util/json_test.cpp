// SPDX-License-Identifier: Apache-2.0
#include "util/json.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

TEST_CASE("getters name the place of what is wrong") {
  const Json document = parse_json(R"({"a":{"b/c":[1,"x",-1]},"n":null})", "the file");
  const JsonReader json(document, "the file");
  CHECK_FALSE(json.find("n"));
  CHECK_FALSE(json.find("absent"));
  const auto items = json.at("a").at("b/c").array();
  CHECK(items[0].unsigned_number() == 1);
  CHECK(items[1].string() == "x");
  CHECK_THROWS_WITH(items[2].unsigned_number(), "the file: /a/b~1c/2 is not a whole number from 0");
  CHECK_THROWS_WITH(items[0].string(), Catch::Contains("/a/b~1c/0 is number, not a string"));
  CHECK_THROWS_WITH(json.at("x"), Catch::Contains("the document has no 'x'"));
  CHECK_THROWS_WITH(items[0].find("x"), Catch::Contains("not an object"));
}

TEST_CASE("bad documents are refused without the library's words") {
  const std::string text = GENERATE(as<std::string>(), "", "{", "[1,]", "nul", "{\"a\":1}x", "\"\xff\"", "{\"a\"\x1b");
  try {
    parse_json(text, "the file");
    FAIL("was accepted");
  } catch (const Error& error) {
    CHECK(std::string(error.message()).starts_with("the file is not valid JSON"));
    CHECK(std::string(error.message()).find("json.exception") == std::string::npos);
    CHECK(std::string(error.message()).find('\x1b') == std::string::npos);
  }
}

TEST_CASE("nesting has a limit") {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  CHECK_NOTHROW(parse_json(nested(kMaxJsonDepth), "x"));
  CHECK_THROWS_AS(parse_json(nested(kMaxJsonDepth + 2), "x"), ParseError);
}

TEST_CASE("documents with bytes that are not UTF-8 are written all the same") {
  CHECK(dump_json(Json("a\xff")).find("a") != std::string::npos);
}

TEST_CASE("a byte order mark is no JSON, as in Go") {
  CHECK_THROWS_WITH(sidecarctl::parse_json("\xef\xbb\xbf{}", "the config"), "the config begins with a byte order mark");
}
