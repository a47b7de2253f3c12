// SPDX-License-Identifier: Apache-2.0
#include "http/retry.hpp"

#include "support/catch.hpp"
#include "support/fake_http.hpp"

#include <thread>

using namespace sidecarctl;
using namespace sidecarctl::test;
using std::chrono::milliseconds;

namespace {

struct Bench {
  explicit Bench(Script script) : http(script) {}
  HttpResponse send(HttpRequest request = {}) {
    if (request.url.empty()) request.url = "https://registry.example/v2/";
    return transport->send(request);
  }
  FakeHttp http;
  RecordingEvents events;
  FakeClock clock;
  CancelToken cancel;
  RetryPacer pacer{events, clock, cancel, milliseconds(600000)};
  std::unique_ptr<HttpTransport> transport = make_retry_transport(http, pacer);
};

}  // namespace

TEST_CASE("Retry-After is read as seconds and as a date") {
  const auto now = std::chrono::system_clock::from_time_t(784111777);  // Sun, 06 Nov 1994 08:49:37 GMT
  struct Row {
    const char* text;
    std::optional<milliseconds> expected;
  };
  const Row rows[] = {{"0", milliseconds(0)},
                      {" 42 ", milliseconds(42000)},
                      {"Sun, 06 Nov 1994 08:50:37 GMT", milliseconds(60000)},
                      {"Sun, 06 Nov 1994 08:00:00 GMT", milliseconds(0)},
                      {"99999999999999999", std::chrono::seconds(366L * 24 * 3600)},
                      {"-1", std::nullopt},
                      {"1.5", std::nullopt},
                      {"soon", std::nullopt},
                      {"", std::nullopt},
                      {"Sun, 06 Nov 1994 08:50:37 GMT junk", std::nullopt}};
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(parse_retry_after(row.text, now) == row.expected);
  }
}

TEST_CASE("delays double up to 30 s, and what the server asks for wins") {
  CHECK(next_delay(1, std::nullopt, 1.0) == milliseconds(500));
  CHECK(next_delay(2, std::nullopt, 1.0) == milliseconds(1000));
  CHECK(next_delay(5, std::nullopt, 0.5) == milliseconds(4000));
  CHECK(next_delay(7, std::nullopt, 1.0) == milliseconds(30000));
  CHECK(next_delay(4000000000U, std::nullopt, 1.0) == milliseconds(30000));
  CHECK(next_delay(3, std::nullopt, 0.0) == milliseconds(0));
  CHECK(next_delay(1, milliseconds(42000), 0.1) == milliseconds(42000));
}

TEST_CASE("statuses are worth as many tries as they deserve") {
  for (const int status : {408, 425, 429, 499, 502, 503, 504, 520, 524}) CHECK(tries_for_status(status) == kMaxTries);
  CHECK(tries_for_status(500) == 3);
  for (const int status : {200, 202, 307, 400, 401, 403, 404, 405, 413, 416, 501, 507})
    CHECK(tries_for_status(status) == 1);
}

TEST_CASE("a transient answer is tried again and told") {
  Bench bench(Script().answer(503).answer(502).fail(HttpError::Reason::broken, "reset").answer(200));
  CHECK(bench.send().status == 200);
  CHECK(bench.http.requests().size() == 4);
  REQUIRE(bench.events.statuses.size() == 3);
  CHECK(bench.events.statuses[0].starts_with("registry.example: status 503; try 2 of 6 in "));
  CHECK(bench.events.statuses[2].starts_with("registry.example: reset; try 4 of 6 in "));
}

TEST_CASE("the last answer is the caller's") {
  Script script;
  for (int i = 0; i < 6; ++i) script.answer(503);
  Bench bench(script);
  CHECK(bench.send().status == 503);
  CHECK(bench.http.requests().size() == 6);
}

TEST_CASE("the last failure is the caller's, with its story") {
  Script script;
  for (int i = 0; i < 6; ++i) script.fail(HttpError::Reason::broken);
  Bench bench(script);
  try {
    bench.send();
    FAIL("no failure");
  } catch (const HttpError& error) {
    REQUIRE(error.context().size() == 1);
    CHECK(error.context()[0].starts_with("after 6 tries in "));
  }
}

TEST_CASE("what cannot get better is not tried again") {
  Bench no(Script().answer(404));
  CHECK(no.send().status == 404);
  Bench untrusted(Script().fail(HttpError::Reason::untrusted));
  CHECK_THROWS_AS(untrusted.send(), HttpError);
  HttpRequest part;
  part.repeatable = false;
  Bench once(Script().answer(503));
  CHECK(once.send(part).status == 503);
  Bench broken(Script().fail(HttpError::Reason::broken));
  CHECK_THROWS_AS(broken.send(part), HttpError);
  for (const Bench* bench : {&no, &untrusted, &once, &broken}) CHECK(bench->http.requests().size() == 1);
}

TEST_CASE("Retry-After is obeyed, up to five minutes") {
  Bench bench(Script().answer(429, {{"Retry-After", "42"}}).answer(200));
  CHECK(bench.send().status == 200);
  CHECK(bench.clock.slept() == milliseconds(42000));
  CHECK(bench.events.statuses.at(0) == "registry.example: status 429; try 2 of 6 in 42.0 s");
  Bench longer(Script().answer(429, {{"Retry-After", "301"}}));
  CHECK(longer.send().status == 429);
  CHECK(longer.clock.slept() == milliseconds(0));
}

TEST_CASE("a delay holds back every request to that host, and no other") {
  Bench bench(Script().answer(200).answer(200));
  auto operation = bench.pacer.begin();
  REQUIRE(bench.pacer.again(operation, "registry.example", "status 429", 6, milliseconds(7000)));
  HttpRequest other;
  other.url = "https://elsewhere.example/";
  bench.send(other);
  CHECK(bench.clock.slept() == milliseconds(0));
  bench.send();
  CHECK(bench.clock.slept() == milliseconds(7000));
}

TEST_CASE("the total time is limited") {
  Script script;
  for (int i = 0; i < 6; ++i) script.answer(503, {{"Retry-After", "250"}});
  Bench bench(script);
  CHECK(bench.send().status == 503);
  CHECK(bench.http.requests().size() == 3);
}

TEST_CASE("waiting ends when cancelled") {
  Bench bench(Script().answer(200));
  auto operation = bench.pacer.begin();
  REQUIRE(bench.pacer.again(operation, "registry.example", "status 429", 6, milliseconds(7000)));
  bench.cancel.cancel(2);
  CHECK_THROWS_AS(bench.send(), Error);
  CHECK(bench.http.requests().empty());
}

TEST_CASE("nobody waits for another try when one request has failed for good") {
  Bench bench(Script().answer(200));
  auto operation = bench.pacer.begin();
  REQUIRE(bench.pacer.again(operation, "registry.example", "status 429", 6, milliseconds(7000)));
  bench.pacer.stop_waiting();
  try {
    bench.send();
    FAIL("it was sent");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::interrupted);
  }
  CHECK(bench.clock.slept() == milliseconds(0));
  bench.clock.advance(milliseconds(7000));
  CHECK(bench.send().status == 200);  // A gate that is open holds nobody back.
}

TEST_CASE("each try opens the body again") {
  Bench bench(Script().answer(503).answer(201));
  int opened = 0;
  HttpRequest request;
  request.method = HttpMethod::put;
  request.body = [&] {
    ++opened;
    return std::make_unique<StringSource>("manifest");
  };
  CHECK(bench.send(request).status == 201);
  CHECK(opened == 2);
  CHECK(bench.http.requests()[1].body == "manifest");
}
