// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include "support/catch.hpp"

#include <string>

using namespace sidecarctl;

TEST_CASE("a URL is taken apart and put together again") {
  for (const char* text :
       {"https://registry.example/v2/", "http://127.0.0.1:5000/a?b=c%2F&d", "https://[::1]:443/x", "https://h"}) {
    INFO(text);
    const auto url = try_parse_url(text);
    REQUIRE(url);
    CHECK(url->str() == text);
  }
  const auto url = try_parse_url("HTTPS://Registry.Example:8443/Path?Query#fragment");
  REQUIRE(url);
  CHECK(url->host == "registry.example");
  CHECK(url->str() == "https://registry.example:8443/Path?Query");
}

TEST_CASE("what is not a plain http URL is refused") {
  for (const char* text :
       {"", "registry.example/v2", "ftp://x/", "https://", "https:///x", "https://u:p@h/", "https://h:0/",
        "https://h:65536/", "https://h:x/", "https://h/a b", "https://h/\n", "https://h\\@evil/", "https://[::1/",
        "https://[zz]/", "https://h/\x7f", "https://h\xc3\xa9/"}) {
    INFO(text);
    CHECK_FALSE(try_parse_url(text));
  }
  CHECK(try_parse_url("https://h/" + std::string(kMaxUrlLength - 10, 'a')));
  CHECK_FALSE(try_parse_url("https://h/" + std::string(kMaxUrlLength - 9, 'a')));
}

TEST_CASE("locations are joined as RFC 3986 says") {
  const auto base = try_parse_url("https://r.example:5000/v2/app/blobs/uploads/?x=1");
  REQUIRE(base);
  struct Row {
    const char *location, *expected;
  };
  const Row rows[] = {{"/v2/u/1?_state=a%2Fb==", "https://r.example:5000/v2/u/1?_state=a%2Fb=="},
                      {"uuid-1", "https://r.example:5000/v2/app/blobs/uploads/uuid-1"},
                      {"./uuid-1", "https://r.example:5000/v2/app/blobs/uploads/uuid-1"},
                      {"../uuid-1", "https://r.example:5000/v2/app/blobs/uuid-1"},
                      {"../../../../../..", "https://r.example:5000/"},
                      {"?y=2", "https://r.example:5000/v2/app/blobs/uploads/?y=2"},
                      {"//other.example/z", "https://other.example/z"},
                      {"http://other.example/a/../b?q", "http://other.example/a/../b?q"},
                      {" /trimmed ", "https://r.example:5000/trimmed"}};
  for (const Row& row : rows) {
    INFO(row.location);
    const auto url = resolve_url(*base, row.location);
    REQUIRE(url);
    CHECK(url->str() == row.expected);
  }
  for (const char* bad : {"", "javascript:alert(1)", "file:///etc/passwd", "https://u@h/", "/a b", "/a\r\nX: y"}) {
    INFO(bad);
    CHECK_FALSE(resolve_url(*base, bad));
  }
}

TEST_CASE("addresses that are not on the public internet are told") {
  for (const char* host :
       {"127.0.0.1",         "10.1.2.3",   "192.168.0.1", "172.31.0.1",   "169.254.169.254", "0.0.0.0",
        "100.64.0.1",        "[::1]",      "[::]",        "[fe80::1]",    "[fd00::1]",       "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]", "2130706433", "0x7f.1",      "017700000001", "localhost",       "x.localhost",
        "localhost.",        "127.0.0.1.", "224.0.0.1"}) {
    INFO(host);
    CHECK(is_private_literal(host));
  }
  for (const char* host :
       {"8.8.8.8", "172.32.0.1", "registry.example", "10.example", "[2001:4860:4860::8888]", "notlocalhost"}) {
    INFO(host);
    CHECK_FALSE(is_private_literal(host));
  }
}

TEST_CASE("addresses of the own link are told") {
  for (const char* host : {"169.254.169.254", "169.254.169.254.", "2852039166", "[fe80::1]", "[fd00:ec2::254]"}) {
    INFO(host);
    CHECK(is_link_local_literal(host));
  }
  for (const char* host : {"169.253.1.1", "10.0.0.1", "127.0.0.1", "localhost", "169.254.example", "[::1]"}) {
    INFO(host);
    CHECK_FALSE(is_link_local_literal(host));
  }
}

TEST_CASE("loopback hosts are told") {
  for (const char* host : {"localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]"})
    CHECK(is_loopback_host(host));
  for (const char* host : {"10.0.0.1", "registry.example", "localhost.example", "[::2]"})
    CHECK_FALSE(is_loopback_host(host));
}

TEST_CASE("logs show no secret of a URL") {
  CHECK(redacted_url("https://h/v2/u?_state=SECRET&digest=sha256:ab&X-Amz-Signature=SECRET&flag") ==
        "https://h/v2/u?_state=***&digest=sha256:ab&X-Amz-Signature=***&***");
  CHECK(redacted_url("http://user:SECRET@proxy:3128") == "http://proxy:3128");
  CHECK(redacted_url("http://user:SEC@RET@proxy:3128/") == "http://proxy:3128/");
  CHECK(redacted_url("https://h/path@x") == "https://h/path@x");
}

TEST_CASE("query values are encoded") {
  CHECK(encode_query_value("repository:a/b:pull,push ~") == "repository%3Aa%2Fb%3Apull%2Cpush%20~");
}
