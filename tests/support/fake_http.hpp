// SPDX-License-Identifier: Apache-2.0
// A network that answers from a script and keeps what it was asked; a clock that does not wait.
#pragma once

#include "http/http_error.hpp"
#include "http/transport.hpp"
#include "util/clock.hpp"
#include "util/events.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// Time passes only when somebody sleeps. Thread-safe.
class FakeClock final : public Clock {
 public:
  time_point now() override {
    const std::lock_guard guard(mutex_);
    return time_point{} + elapsed_;
  }
  std::chrono::system_clock::time_point wall_now() override {
    const std::lock_guard guard(mutex_);
    return std::chrono::system_clock::from_time_t(1'800'000'000) + elapsed_;
  }
  void sleep_for(duration time) override { advance(time); }
  void advance(duration time) {
    const std::lock_guard guard(mutex_);
    elapsed_ += time;
  }
  duration slept() {
    const std::lock_guard guard(mutex_);
    return elapsed_;
  }

 private:
  std::mutex mutex_;
  duration elapsed_{0};
};

/// Keeps what was said.
class RecordingEvents final : public Events {
 public:
  void status(std::string_view text) override {
    const std::lock_guard guard(mutex);
    statuses.emplace_back(text);
  }
  void warning(std::string_view text) override {
    const std::lock_guard guard(mutex);
    warnings.emplace_back(text);
  }
  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total) override {
    return NullEvents().progress(what, total);
  }

  std::mutex mutex;
  std::vector<std::string> statuses, warnings;
};

/// A request as it came, with its body read.
struct RecordedRequest {
  HttpMethod method = HttpMethod::get;
  std::string url;
  Headers headers;
  std::string body;
  bool had_body = false;
  std::optional<std::uint64_t> body_size;
  bool expect_continue = false;
  std::optional<std::string> header(std::string_view name) const { return find_header(headers, name); }
  std::string line() const { return std::string(to_string(method)) + " " + url; }
};

inline HttpResponse response_of(int status, Headers headers = {}, std::string body = "") {
  return {status, std::move(headers), std::make_unique<StringSource>(std::move(body))};
}

/// Asks `handler` for every answer. Thread-safe if the handler is.
class FakeHttp final : public HttpTransport {
 public:
  using Handler = std::function<HttpResponse(const RecordedRequest&)>;
  explicit FakeHttp(Handler handler) : handler_(std::move(handler)) {}

  HttpResponse send(const HttpRequest& request) override {
    RecordedRequest recorded{
        request.method,         request.url, request.headers, "", static_cast<bool>(request.body), request.body_size,
        request.expect_continue};
    if (request.body) {
      recorded.body = read_all(*request.body(), 1ULL << 30, "the body");
      if (request.on_sent) request.on_sent(recorded.body.size());
    }
    {
      const std::lock_guard guard(mutex_);
      requests_.push_back(recorded);
    }
    return handler_(recorded);
  }

  std::vector<RecordedRequest> requests() const {
    const std::lock_guard guard(mutex_);
    return requests_;
  }
  /// "GET https://...", one for each request.
  std::vector<std::string> lines() const {
    std::vector<std::string> result;
    for (const auto& request : requests()) result.push_back(request.line());
    return result;
  }

 private:
  Handler handler_;
  mutable std::mutex mutex_;
  std::vector<RecordedRequest> requests_;
};

/// Answers in this order; each entry makes its answer when its turn comes, or throws.
class Script {
 public:
  Script& answer(int status, Headers headers = {}, std::string body = "") {
    return then([status, headers, body] { return response_of(status, headers, body); });
  }
  Script& fail(HttpError::Reason reason, std::string message = "it broke") {
    return then([reason, message]() -> HttpResponse { throw HttpError(reason, ErrorKind::network, message); });
  }
  Script& then(std::function<HttpResponse()> next) {
    answers_->push_back(std::move(next));
    return *this;
  }
  /// As the handler of a FakeHttp; throws std::logic_error when the script is over.
  HttpResponse operator()(const RecordedRequest& request) const {
    if (answers_->empty()) throw std::logic_error("the script has no answer to " + request.line());
    auto next = std::move(answers_->front());
    answers_->pop_front();
    return next();
  }

 private:
  std::shared_ptr<std::deque<std::function<HttpResponse()>>> answers_ =
      std::make_shared<std::deque<std::function<HttpResponse()>>>();
};

/// Lets many owners use one transport.
class SharedTransport final : public HttpTransport {
 public:
  explicit SharedTransport(HttpTransport& inner) : inner_(inner) {}
  HttpResponse send(const HttpRequest& request) override { return inner_.send(request); }

 private:
  HttpTransport& inner_;
};

}  // namespace sidecarctl::test
