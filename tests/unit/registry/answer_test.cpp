// SPDX-License-Identifier: Apache-2.0
#include "registry/answer.hpp"

#include "support/catch.hpp"
#include "support/fake_http.hpp"

using namespace sidecarctl;
using namespace sidecarctl::test;

TEST_CASE("clocks are compared when the answer has a date") {
  const auto now = std::chrono::system_clock::from_time_t(1'800'000'000);  // Fri, 15 Jan 2027 08:00:00 GMT
  const auto difference = [&](const std::string& date) {
    return clock_difference(parse_error_answer(401, {{"Date", date}}, ""), now, "registry.example");
  };
  CHECK(difference("Fri, 15 Jan 2027 07:00:00 GMT") ==
        "the clock here is 60 min ahead of the one of registry.example, and tokens are refused then: set it right");
  CHECK_THAT(difference("Fri, 15 Jan 2027 08:06:00 GMT"), Catch::Contains("6 min behind"));
  for (const char* date : {"Fri, 15 Jan 2027 08:05:00 GMT", "Fri, 15 Jan 2027 07:55:00 GMT", "", "yesterday"}) {
    CHECK(difference(date).empty());
  }
}

TEST_CASE("error bodies of every kind become one line") {
  struct Row {
    const char* what;
    Headers headers;
    std::string body, expected;
  };
  const Row rows[] = {
      {"spec",
       {},
       R"({"errors":[{"code":"DENIED","message":"quota exceeded","detail":null}]})",
       "status 403 DENIED: quota exceeded"},
      {"two",
       {},
       R"({"errors":[{"code":"A","message":"one"},{"code":"B","message":"two"}]})",
       "status 403 A, B: one; two"},
      {"digest",
       {},
       R"({"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown","detail":{"digest":"sha256:ab"}}]})",
       "status 403 MANIFEST_BLOB_UNKNOWN: blob unknown (sha256:ab)"},
      {"token server",
       {},
       R"({"details":"incorrect username or password"})",
       "status 403: incorrect username or password"},
      {"oauth", {}, R"({"error":"invalid_grant","error_description":"expired"})", "status 403: expired"},
      {"wrong types", {}, R"({"errors":[{"code":1,"message":{}}, 5, null]})", "status 403"},
      {"errors is no array", {}, R"({"errors":"x"})", "status 403"},
      {"html title",
       {{"Server", "nginx"}},
       "<html><head><title>413 Request Entity\n Too Large</title>",
       "status 403: 413 Request Entity Too Large (said by 'nginx')"},
      {"html without title", {{"Content-Type", "text/html"}}, "<p>Not <b>here</b></p>", "status 403: Not here"},
      {"text",
       {{"X-Request-Id", "abc"}},
       "404 page not found\nmore",
       "status 403: 404 page not found (request id abc)"},
      {"escapes", {}, "a\x1b[31mred\x07\r\nb", "status 403: a [31mred"},
      {"cut JSON", {}, R"({"errors":[{"code":"DENIED")", R"(status 403: {"errors":[{"code":"DENIED")"},
      {"empty", {}, "", "status 403"}};
  for (const Row& row : rows) {
    INFO(row.what);
    HttpResponse response = response_of(403, row.headers, row.body);
    CHECK(read_error_answer(response).str() == row.expected);
  }
}

TEST_CASE("an endless error body is read only to its limit") {
  struct Endless final : ByteSource {
    std::size_t read(std::span<std::byte> out) override {
      seen += out.size();
      std::fill(out.begin(), out.end(), std::byte{'x'});
      return out.size();
    }
    std::uint64_t seen = 0;
  };
  HttpResponse response = response_of(500);
  auto body = std::make_unique<Endless>();
  const Endless& endless = *body;
  response.body = std::move(body);
  CHECK(read_error_answer(response).text.size() <= 210);
  CHECK(endless.seen == kMaxErrorBody);
}

TEST_CASE("a broken error body leaves the status") {
  struct Broken final : ByteSource {
    std::size_t read(std::span<std::byte>) override { throw Error(ErrorKind::network, "reset"); }
  };
  HttpResponse response = response_of(502);
  response.body = std::make_unique<Broken>();
  CHECK(read_error_answer(response).str() == "status 502");
}
