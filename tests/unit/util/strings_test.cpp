// SPDX-License-Identifier: Apache-2.0
#include "util/strings.hpp"

#include "support/catch.hpp"

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

TEST_CASE("what could fool a terminal is made visible") {
  struct Case {
    std::string text, escaped;
  };
  const Case row =
      GENERATE(Case{"plain text", "plain text"}, Case{"äö€😀", "äö€😀"}, Case{"\x1b[31mred", "\\x1b[31mred"},
               Case{"a\nb\tc\rd", "a\\nb\\tc\\rd"}, Case{"\x7f", "\\x7f"},
               Case{"\xc2\x9b"
                    "31m",
                    "\\x9b31m"},
               Case{"\xe2\x80\xae"
                    "evil",
                    "\\u202eevil"},
               Case{"\xff\xfe", "\\xff\\xfe"}, Case{"\xc0\xaf", "\\xc0\\xaf"}, Case{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
               Case{"\xe2\x82", "\\xe2\\x82"}, Case{std::string("\0", 1), "\\x00"},
               Case{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, Case{"\xef\xbb\xbf", "\\ufeff"});
  CHECK(escape_text(row.text) == row.escaped);
}

TEST_CASE("control characters are found, newline and tab only when asked") {
  CHECK_FALSE(has_control_characters("a\nb\t", true));
  CHECK(has_control_characters("a\nb", false));
  CHECK(has_control_characters("a\rb", true));
  CHECK(has_control_characters("\x1b", true));
  CHECK(has_control_characters("\xe2\x80\xae", true));
  CHECK_FALSE(has_control_characters("ä\xff", false));
}

TEST_CASE("a text is cut before a character, never inside") {
  CHECK(shorten("abc", 3) == "abc");
  CHECK(shorten("abcd", 3) == "abc…");
  CHECK(shorten("aä", 2) == "a…");
}

TEST_CASE("sizes are read with the units people write") {
  struct Case {
    const char* text;
    std::optional<std::uint64_t> bytes;
  };
  const Case row = GENERATE(Case{"0", 0}, Case{"12", 12}, Case{"1k", 1000}, Case{"1Ki", 1024},
                            Case{"64MiB", 64ULL << 20U}, Case{"2G", 2000000000}, Case{"3b", 3}, Case{"", std::nullopt},
                            Case{"k", std::nullopt}, Case{"-1", std::nullopt}, Case{"1.5M", std::nullopt},
                            Case{"1i", std::nullopt}, Case{"1T", std::nullopt}, Case{" 1", std::nullopt},
                            Case{"99999999999G", std::nullopt}, Case{"18446744073709551616", std::nullopt});
  INFO(row.text);
  CHECK(parse_size(row.text) == row.bytes);
}

TEST_CASE("sizes are shown as docker shows them") {
  CHECK(human_size(0) == "0 B");
  CHECK(human_size(999) == "999 B");
  CHECK(human_size(1500) == "1.5 kB");
  CHECK(human_size(999999) == "1.0 MB");
  CHECK(human_size(2000000000) == "2.0 GB");
}

TEST_CASE("base64 goes there and back, and refuses what it is not") {
  for (const std::string text : {"", "f", "fo", "foo", "foobar", "\xff\xfe"})
    CHECK(base64_decode(base64_encode(text)) == text);
  CHECK(base64_encode("foob") == "Zm9vYg==");
  CHECK(base64_decode("Zm9vYg") == "foob");
  CHECK_FALSE(base64_decode("Zm9v!"));
  CHECK_FALSE(base64_decode("Z"));
}

TEST_CASE("paths are cleaned and cannot leave the root") {
  CHECK(clean_absolute_path("") == "/");
  CHECK(clean_absolute_path("a/./b//c/") == "/a/b/c");
  CHECK(clean_absolute_path("/../../a/../b") == "/b");
}

TEST_CASE("small helpers") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(trim(" \ta b\n") == "a b");
  CHECK(replace_all("aXbX", "X", "YY") == "aYYbYY");
  CHECK(equals_ignore_case("AbC", "aBc"));
  CHECK_FALSE(equals_ignore_case("ab", "abc"));
  CHECK(plural(1, "layer") == "1 layer");
  CHECK(plural(0, "layer") == "0 layers");
  CHECK_FALSE(parse_unsigned("+1"));
  CHECK(parse_unsigned("18446744073709551615") == UINT64_MAX);
}
