// SPDX-License-Identifier: Apache-2.0
#include "http/curl_error.hpp"
#include "http/curl_exchange.hpp"
#include "http/curl_setup.hpp"
#include "http/transport.hpp"
#include "http/url.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace sidecarctl {

namespace {

class CurlBody final : public ByteSource {
 public:
  explicit CurlBody(std::unique_ptr<curl::Exchange> exchange) : exchange_(std::move(exchange)) {}
  std::size_t read(std::span<std::byte> out) override { return exchange_->read(out); }

 private:
  std::unique_ptr<curl::Exchange> exchange_;
};

class CurlTransport final : public HttpTransport {
 public:
  CurlTransport(HttpOptions options, const CancelToken& cancel)
      : pool_(std::make_shared<curl::Pool>()),
        setup_(std::make_shared<curl::ConnectionSetup>(std::move(options))),
        cancel_(cancel) {}

  HttpResponse send(const HttpRequest& request) override {
    HttpResponse response = send_once(request);
    // A server without `Expect` (RFC 9110 section 10.1.1): the same request, without asking first.
    if (response.status == 417 && request.expect_continue) {
      HttpRequest plain = request;
      plain.expect_continue = false;
      response = send_once(plain);
    }
    return response;
  }

 private:
  HttpResponse send_once(const HttpRequest& request) {
    if (!request.even_if_cancelled) cancel_.check();
    auto url = try_parse_url(request.url);
    if (!url) throw Error(ErrorKind::network, fmt::format("'{}' is not a usable URL", redacted_url(request.url)));
    auto exchange = std::make_unique<curl::Exchange>(pool_, setup_, request, *url, cancel_);
    exchange->start();
    if (exchange->status() == 407 && curl::proxy_for(setup_->options, *url)) {
      throw curl::proxy_wants_credentials(*setup_, *url);
    }
    HttpResponse response;
    response.status = exchange->status();
    response.headers = exchange->headers();
    response.body = std::make_unique<CurlBody>(std::move(exchange));
    return response;
  }

  std::shared_ptr<curl::Pool> pool_;  ///< Shared with bodies, which may outlive the transport.
  std::shared_ptr<const curl::ConnectionSetup> setup_;
  const CancelToken& cancel_;
};

}  // namespace

std::unique_ptr<HttpTransport> make_curl_transport(HttpOptions options, const CancelToken& cancel) {
  return std::make_unique<CurlTransport>(std::move(options), cancel);
}

}  // namespace sidecarctl
