// SPDX-License-Identifier: Apache-2.0
#include "registry/location.hpp"

#include "support/catch.hpp"
#include "support/registry_bench.hpp"

using namespace sidecarctl;
using namespace sidecarctl::test;

TEST_CASE("upload Locations of every kind") {
  struct Row {
    const char *asked, *location, *expected;  ///< Empty: refused.
    bool corrected;
  };
  const Row rows[] = {
      {"https://r.example/v2/a/blobs/uploads/", "/v2/u?_state=x%2F==", "https://r.example/v2/u?_state=x%2F==", false},
      {"https://r.example/v2/a/blobs/uploads/", "u1", "https://r.example/v2/a/blobs/uploads/u1", false},
      {"https://r.example/v2/a/", "https://r.example/u", "https://r.example/u", false},
      {"https://r.example/v2/a/", "http://r.example/u", "https://r.example/u", true},
      {"https://r.example/v2/a/", "http://r.example:80/u", "https://r.example/u", true},
      {"https://r.example:8443/v2/a/", "http://r.example/u", "https://r.example:8443/u", true},
      {"https://r.example:8443/v2/a/", "https://r.example/u", "https://r.example:8443/u", true},
      {"https://r.example:443/v2/a/", "https://r.example/u", "https://r.example:443/u", false},
      {"http://r.example:5000/v2/a/", "http://r.example/u", "http://r.example:5000/u", true},
      {"https://r.example/v2/a/", "https://cdn.example/u", "https://cdn.example/u", false},
      {"https://r.example/v2/a/", "http://cdn.example/u", "", false},
      {"https://r.example/v2/a/", "https://10.0.0.1/u", "", false},
      {"https://r.example/v2/a/", "https://2130706433/u", "", false},
      {"https://10.0.0.1/v2/a/", "https://10.0.0.2/u", "https://10.0.0.2/u", false},
      {"https://127.0.0.1:5000/v2/a/", "https://10.0.0.2/u", "https://10.0.0.2/u", false},
      {"https://127.0.0.1:5000/v2/a/", "https://169.254.169.254/u", "", false},
      {"https://10.0.0.1/v2/a/", "https://2852039166/u", "", false},
      {"https://r.example/v2/a/", "https://u:p@r.example/u", "", false},
      {"https://r.example/v2/a/", "file:///etc/passwd", "", false},
      {"https://r.example/v2/a/", "", "", false}};
  for (const Row& row : rows) {
    INFO(row.asked << " -> " << row.location);
    const HttpResponse response = response_of(202, {{"location", row.location}});
    const auto locate = [&] { return upload_location(*try_parse_url(row.asked), response); };
    if (*row.expected == '\0') {
      CHECK(error_of(locate).kind() == ErrorKind::registry);
    } else {
      CHECK(locate().url.str() == row.expected);
      CHECK(locate().corrected == row.corrected);
    }
  }
}

TEST_CASE("the digest is appended and the query kept") {
  const Digest digest = Digest::sha256_of("");
  const std::string tail = "digest=sha256%3A" + digest.hex();
  CHECK(closing_url(*try_parse_url("https://h/u"), digest) == "https://h/u?" + tail);
  CHECK(closing_url(*try_parse_url("https://h/u?a=b%2F"), digest) == "https://h/u?a=b%2F&" + tail);
  CHECK(closing_url(*try_parse_url("https://h/u?"), digest) == "https://h/u?" + tail);
  CHECK(closing_url(*try_parse_url("https://h/u?a&"), digest) == "https://h/u?a&" + tail);
}
