// SPDX-License-Identifier: Apache-2.0
#include "http/http_error.hpp"
#include "http/transport.hpp"
#include "support/catch.hpp"
#include "support/loopback_server.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

using namespace sidecarctl;
using namespace sidecarctl::test;
using Reason = HttpError::Reason;

namespace {

constexpr std::uint64_t kTestLimit = 64ULL * 1024 * 1024;

HttpRequest request_to(HttpMethod method, std::string url) {
  HttpRequest request;
  request.method = method;
  request.url = std::move(url);
  return request;
}

HttpRequest upload_to(HttpMethod method, std::string url, std::string body, bool known_size = true) {
  HttpRequest request = request_to(method, std::move(url));
  if (known_size) request.body_size = body.size();
  request.body = [body] { return std::make_unique<StringSource>(body); };
  return request;
}

/// The Error of `body`'s failure, or a failed test.
template <class Body>
HttpError http_error_of(Body&& body) {
  try {
    body();
  } catch (const HttpError& error) {
    return error;
  }
  FAIL("no HttpError");
  throw std::logic_error("not reached");
}

struct Client {
  explicit Client(HttpOptions options = {}) : transport(make_curl_transport(std::move(options), cancel)) {}
  CancelToken cancel;
  std::unique_ptr<HttpTransport> transport;
};

/// Answers every request of a connection with 200 and "METHOD body".
void echo(ServerConnection& connection) {
  for (std::string head; !(head = connection.read_head()).empty();) {
    const std::string body = connection.read_body(head);
    const std::string method = head.substr(0, head.find(' '));
    connection.write(method == "HEAD" ? http_answer(200, "") : http_answer(200, method + " " + body));
  }
}

}  // namespace

TEST_CASE("each method arrives as itself, with its body") {
  LoopbackServer server(echo);
  Client client;
  struct Row {
    HttpMethod method;
    bool body, known_size;
    std::string expected;
  };
  const Row rows[] = {{HttpMethod::get, false, false, "GET "},        {HttpMethod::head, false, false, ""},
                      {HttpMethod::put, false, false, "PUT "},        {HttpMethod::put, true, true, "PUT data"},
                      {HttpMethod::post, false, false, "POST "},      {HttpMethod::post, true, true, "POST data"},
                      {HttpMethod::patch, true, false, "PATCH data"}, {HttpMethod::del, false, false, "DELETE "}};
  for (const Row& row : rows) {
    INFO(row.expected);
    const auto request = row.body ? upload_to(row.method, server.url("/x"), "data", row.known_size)
                                  : request_to(row.method, server.url("/x"));
    HttpResponse response = client.transport->send(request);
    CHECK(response.status == 200);
    CHECK(read_all(*response.body, kTestLimit, "body") == row.expected);
    CHECK(drain(*response.body) == 0);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("no header is sent that was not asked for") {
  std::string head;
  LoopbackServer server([&](ServerConnection& connection) {
    head = connection.read_head();
    connection.read_body(head);
    connection.write(http_answer(200, "", "Set-Cookie: a=b\r\n"));
  });
  Client client;
  auto request = upload_to(HttpMethod::put, server.url("/a/../b?x=%2F"), std::string(2'000'000, 'x'));
  request.headers = {{"X-One", "1"}, {"X-Empty", ""}};
  CHECK(client.transport->send(request).status == 200);
  const std::string lower = to_lower(head);
  CHECK(head.starts_with("PUT /a/../b?x=%2F HTTP/1.1\r\n"));
  CHECK(lower.find("user-agent: sidecarctl/") != std::string::npos);
  CHECK(lower.find("x-one: 1\r\n") != std::string::npos);
  CHECK(lower.find("x-empty:\r\n") != std::string::npos);
  for (const char* absent : {"expect:", "accept-encoding:", "cookie:", "content-type:"})
    CHECK(lower.find(absent) == std::string::npos);
}

TEST_CASE("a redirect is an answer, not followed") {
  LoopbackServer server([](ServerConnection& connection) {
    connection.read_head();
    connection.write(http_answer(307, "", "Location: /elsewhere\r\nX-A: 1\r\nx-a: 2\r\n"));
  });
  Client client;
  const HttpResponse response = client.transport->send(request_to(HttpMethod::get, server.url("/")));
  CHECK(response.status == 307);
  CHECK(find_header(response.headers, "location") == "/elsewhere");
  CHECK(find_headers(response.headers, "X-A") == std::vector<std::string>{"1", "2"});
}

TEST_CASE("a large body is held back until it is read, and arrives whole") {
  const std::string piece(1024 * 1024, 'p');
  std::atomic<int> pieces{0};
  LoopbackServer server([&](ServerConnection& connection) {
    connection.read_head();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n");
    for (int i = 0; i < 64; ++i, ++pieces) connection.write(piece);
  });
  Client client;
  HttpResponse response = client.transport->send(request_to(HttpMethod::get, server.url("/")));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(pieces < 32);  // The kernel's buffers and our window, not the whole.
  CHECK(drain(*response.body) == 67108864);
}

TEST_CASE("a body may outlive its transport") {
  LoopbackServer server(echo);
  std::unique_ptr<ByteSource> body;
  CancelToken cancel;
  {
    auto transport = make_curl_transport({}, cancel);
    body = transport->send(request_to(HttpMethod::get, server.url("/"))).body;
  }
  CHECK(read_all(*body, kTestLimit, "body") == "GET ");
}

TEST_CASE("a body that ends early throws, and goes on throwing") {
  LoopbackServer server([](ServerConnection& connection) {
    connection.read_head();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
  });
  Client client;
  HttpResponse response = client.transport->send(request_to(HttpMethod::get, server.url("/")));
  const auto read = [&] { read_all(*response.body, kTestLimit, "body"); };
  CHECK(http_error_of(read).reason() == Reason::broken);
  CHECK(http_error_of(read).kind() == ErrorKind::network);
}

TEST_CASE("an unread answer does not cost the connection if it is short") {
  LoopbackServer server(echo);
  Client client;
  for (int i = 0; i < 3; ++i) client.transport->send(request_to(HttpMethod::get, server.url("/")));
  CHECK(server.connections() == 1);
}

TEST_CASE("a long unread answer is dropped and the next request works") {
  LoopbackServer server([](ServerConnection& connection) {
    while (!connection.read_head().empty()) connection.write(http_answer(200, std::string(50'000'000, 'x')));
  });
  Client client;
  for (int i = 0; i < 2; ++i) CHECK(client.transport->send(request_to(HttpMethod::get, server.url("/"))).status == 200);
  CHECK(server.connections() == 2);
}

TEST_CASE("an early no ends the upload and is delivered") {
  const bool lingers = GENERATE(true, false);
  const std::string extra = GENERATE(std::string(), std::string("Connection: close\r\n"));
  INFO("lingers: " << lingers << " headers: " << extra);
  LoopbackServer server([&](ServerConnection& connection) {
    connection.read_head();
    connection.write(http_answer(413, "too much", extra));
    if (lingers) connection.read_bytes(200'000'000);
  });
  Client client;
  std::uint64_t sent = 0;
  const bool known = GENERATE(true, false);
  auto request = upload_to(HttpMethod::put, server.url("/"), std::string(100'000'000, 'x'), known);
  request.on_sent = [&](std::uint64_t bytes) { sent = bytes; };
  HttpResponse response = client.transport->send(request);
  CHECK(response.status == 413);
  CHECK(read_all(*response.body, kTestLimit, "body") == "too much");
  CHECK(sent < 50'000'000);
}

TEST_CASE("with Expect, a no costs no byte of the body") {
  std::atomic<std::size_t> got = 0;
  LoopbackServer server([&](ServerConnection& connection) {
    const std::string head = connection.read_head();
    connection.write(http_answer(401, "who?"));
    got = connection.read_bytes(1).size();
  });
  {
    Client client;
    auto request = upload_to(HttpMethod::patch, server.url("/"), std::string(5'000'000, 'x'), false);
    request.expect_continue = true;
    CHECK(client.transport->send(request).status == 401);
  }
  CHECK(got == 0);
}

TEST_CASE("a server that knows no Expect gets the body without asking") {
  LoopbackServer server([&](ServerConnection& connection) {
    const std::string head = connection.read_head();
    if (head.find("Expect: 100-continue") != std::string::npos) {
      connection.write(http_answer(417, "", "Connection: close\r\n"));
    } else {
      connection.write(http_answer(201, connection.read_body(head)));
    }
  });
  Client client;
  auto request = upload_to(HttpMethod::put, server.url("/"), "data");
  request.expect_continue = true;
  HttpResponse response = client.transport->send(request);
  CHECK(response.status == 201);
  CHECK(read_all(*response.body, kTestLimit, "body") == "data");
}

TEST_CASE("an exception of the body's source reaches the caller") {
  struct Broken final : ByteSource {
    std::size_t read(std::span<std::byte>) override { throw Error(ErrorKind::io, "the disk is gone"); }
  };
  LoopbackServer server(echo);
  Client client;
  auto request = upload_to(HttpMethod::put, server.url("/"), "data");
  request.body = [] { return std::make_unique<Broken>(); };
  CHECK_THROWS_WITH(client.transport->send(request), "the disk is gone");
}

TEST_CASE("a body that is not as long as announced is refused") {
  LoopbackServer server(echo);
  Client client;
  const std::uint64_t announced = GENERATE(3U, 5U);
  auto request = upload_to(HttpMethod::put, server.url("/"), "data");
  request.body_size = announced;
  try {
    client.transport->send(request);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
  }
}

TEST_CASE("a body is opened again when a kept connection has died") {
  LoopbackServer server([&](ServerConnection& connection) {
    const std::string head = connection.read_head();
    connection.write(http_answer(200, connection.read_body(head)));
    if (connection.number() == 0) connection.reset();  // Closed behind the client's back.
  });
  Client client;
  drain(*client.transport->send(request_to(HttpMethod::get, server.url("/"))).body);
  HttpResponse response = client.transport->send(upload_to(HttpMethod::put, server.url("/"), "data"));
  CHECK(read_all(*response.body, kTestLimit, "body") == "data");
}

TEST_CASE("headers beyond the limits are refused") {
  struct Row {
    const char* what;
    std::string headers;
    bool refused;
  };
  const Row rows[] = {
      {"just below 64 KiB", "X: " + std::string(65'000, 'x') + "\r\n", false},
      {"above 64 KiB", "X: " + std::string(33'000, 'x') + "\r\nY: " + std::string(33'000, 'y') + "\r\n", true},
      {"one line beyond libcurl's limit", "X: " + std::string(200'000, 'x') + "\r\n", true},
      {"Location of 8 KiB", "Location: " + std::string(8192, 'x') + "\r\n", false},
      {"Location one longer", "Location: " + std::string(8193, 'x') + "\r\n", true}};
  for (const Row& row : rows) {
    INFO(row.what);
    LoopbackServer server([&](ServerConnection& connection) {
      connection.read_head();
      connection.write(http_answer(200, "", row.headers));
    });
    Client client;
    const auto send = [&] { client.transport->send(request_to(HttpMethod::get, server.url("/"))); };
    if (row.refused) {
      CHECK(http_error_of(send).reason() == Reason::limit);
    } else {
      CHECK_NOTHROW(send());
    }
  }
}

TEST_CASE("a silent server is a timeout") {
  LoopbackServer server([](ServerConnection& connection) {
    connection.read_head();
    connection.read_bytes(1);
  });
  Client client;
  auto request = request_to(HttpMethod::get, server.url("/"));
  request.idle_timeout = std::chrono::milliseconds(150);
  const HttpError error = http_error_of([&] { client.transport->send(request); });
  CHECK(error.reason() == Reason::stalled);
  CHECK(error.kind() == ErrorKind::timeout);
}

TEST_CASE("a slow answer is told while it is waited for") {
  LoopbackServer server([](ServerConnection& connection) {
    connection.read_body(connection.read_head());
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    connection.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  });
  Client client;
  auto request = request_to(HttpMethod::put, server.url("/"));
  request.body = [] { return std::make_unique<StringSource>("layer"); };
  request.body_size = 5;
  request.slow_answer = std::chrono::milliseconds(50);
  std::vector<std::chrono::milliseconds> told;
  request.on_slow_answer = [&](std::chrono::milliseconds time) { told.push_back(time); };
  CHECK(client.transport->send(request).status == 201);
  REQUIRE(told.size() >= 2);
  CHECK(told.size() <= 4);
  CHECK(told[1] >= std::chrono::milliseconds(100));
}

TEST_CASE("cancelling ends the wait") {
  LoopbackServer server([](ServerConnection& connection) {
    connection.read_head();
    connection.read_bytes(1);
  });
  Client client;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    client.cancel.cancel(2);
  });
  try {
    client.transport->send(request_to(HttpMethod::get, server.url("/")));
    FAIL("not interrupted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::interrupted);
  }
  canceller.join();
}

TEST_CASE("failures to connect say what and where") {
  Client client;
  int closed_port = 0;
  {
    LoopbackServer server(echo);
    closed_port = server.port();
  }
  const HttpError refused = http_error_of(
      [&] { client.transport->send(request_to(HttpMethod::get, fmt::format("http://127.0.0.1:{}/", closed_port))); });
  CHECK(refused.reason() == Reason::connect);
  CHECK(refused.message() == fmt::format("cannot connect to 127.0.0.1:{}: connection refused", closed_port));
  const HttpError unknown =
      http_error_of([&] { client.transport->send(request_to(HttpMethod::get, "https://no-such-host.invalid/")); });
  CHECK(unknown.reason() == Reason::resolve);
  CHECK(std::string(unknown.message()).starts_with("cannot find a host named 'no-such-host.invalid'"));
}

TEST_CASE("a server that speaks plain http is told from one that does not") {
  LoopbackServer server([](ServerConnection& connection) {
    connection.read_bytes(10);
    connection.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nClient sent an HTTP request");
  });
  Client client;
  const HttpError error = http_error_of([&] {
    client.transport->send(request_to(HttpMethod::get, fmt::format("https://127.0.0.1:{}/", server.port())));
  });
  CHECK(error.reason() == Reason::not_tls);
  CHECK(error.hint() == "pass --plain-http if that is intended");
}

TEST_CASE("a proxy's refusal is the proxy's") {
  const int status = GENERATE(407, 403);
  LoopbackServer proxy([&](ServerConnection& connection) {
    connection.read_head();
    connection.write(http_answer(status, "no"));
  });
  HttpOptions options;
  options.proxy = fmt::format("http://user:secret@127.0.0.1:{}", proxy.port());
  Client client(std::move(options));
  const HttpError error =
      http_error_of([&] { client.transport->send(request_to(HttpMethod::get, "https://registry.example/v2/")); });
  CHECK(error.reason() == Reason::proxy);
  CHECK(std::string(error.message()).find("secret") == std::string::npos);
  CHECK(std::string(error.message()).find(std::to_string(status)) != std::string::npos);
  CHECK(error.hint()->find("NO_PROXY") != std::string::npos);
}

TEST_CASE("a unix socket takes every request, whatever the host") {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("sidecarctl-{}.sock", ::getpid());
  {
    LoopbackServer server(path, echo);
    HttpOptions options;
    options.unix_socket = path;
    Client client(std::move(options));
    HttpResponse response = client.transport->send(request_to(HttpMethod::get, "http://docker/_ping"));
    CHECK(read_all(*response.body, kTestLimit, "body") == "GET ");
  }
  std::filesystem::remove(path);
}

TEST_CASE("several threads send at once") {
  LoopbackServer server(echo);
  Client client;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 5; ++k) {
        const std::string text = fmt::format("{}-{}", i, k);
        HttpResponse response = client.transport->send(upload_to(HttpMethod::put, server.url("/"), text));
        if (read_all(*response.body, kTestLimit, "body") == "PUT " + text) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(right == 40);
  CHECK(server.connections() <= 8);
}

TEST_CASE("files that cannot be used are refused when the transport is made") {
  HttpOptions options;
  options.cacert = "/does/not/exist.pem";
  CancelToken cancel;
  const HttpError error = http_error_of([&] { make_curl_transport(options, cancel); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(std::string(error.message()).find("/does/not/exist.pem") != std::string::npos);
}

TEST_CASE("a URL with credentials, or not http, is refused") {
  Client client;
  for (const char* url :
       {"https://user:pw@registry.example/", "file:///etc/passwd", "ftp://x/", "http://a b/", "http:///x"}) {
    INFO(url);
    CHECK_THROWS_AS(client.transport->send(request_to(HttpMethod::get, url)), Error);
  }
}

TEST_CASE("a header with a line break is refused") {
  LoopbackServer server(echo);
  Client client;
  auto request = request_to(HttpMethod::get, server.url("/"));
  request.headers = {{"Authorization", "Bearer a\r\nX-Injected: 1"}};
  CHECK_THROWS_AS(client.transport->send(request), Error);
}

TEST_CASE("after a host that cannot be found the next request is as good as the first") {
  Client client;
  for (int attempt = 0; attempt < 3; ++attempt) {
    try {
      HttpRequest request;
      request.url = "http://nosuch.invalid/";  // RFC 6761: never a name.
      client.transport->send(request);
      FAIL("was found");
    } catch (const HttpError& error) {
      CHECK(error.reason() == HttpError::Reason::resolve);
    }
  }
}
