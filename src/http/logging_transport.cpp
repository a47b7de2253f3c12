// SPDX-License-Identifier: Apache-2.0
#include "http/logging_transport.hpp"

#include "http/url.hpp"
#include "util/error.hpp"
#include "util/log.hpp"

#include <chrono>

namespace sidecarctl {

namespace {

class LoggingTransport final : public HttpTransport {
 public:
  explicit LoggingTransport(HttpTransport& inner) : inner_(inner) {}

  HttpResponse send(const HttpRequest& request) override {
    if (!log_enabled(LogLevel::debug)) return inner_.send(request);
    const auto start = std::chrono::steady_clock::now();
    const auto milliseconds = [&] {
      return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
    };
    try {
      HttpResponse response = inner_.send(request);
      log(LogLevel::debug, "{} {} -> {} ({} ms)", to_string(request.method), redacted_url(request.url), response.status,
          milliseconds());
      return response;
    } catch (const Error& error) {
      log(LogLevel::debug, "{} {} -> {} ({} ms)", to_string(request.method), redacted_url(request.url), error.message(),
          milliseconds());
      throw;
    }
  }

 private:
  HttpTransport& inner_;
};

}  // namespace

std::unique_ptr<HttpTransport> make_logging_transport(HttpTransport& inner) {
  return std::make_unique<LoggingTransport>(inner);
}

}  // namespace sidecarctl
