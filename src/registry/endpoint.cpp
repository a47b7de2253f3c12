// SPDX-License-Identifier: Apache-2.0
#include "registry/endpoint.hpp"

#include "http/logging_transport.hpp"
#include "registry/certificates.hpp"
#include "registry/client.hpp"
#include "registry/location.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <utility>

namespace sidecarctl {

namespace {

constexpr int kMaxRedirects = 5;
/// Below this, a refused body costs less than the extra round trip.
constexpr std::uint64_t kExpectFrom = 1024 * 1024;
constexpr std::chrono::milliseconds kCleanupTimeout{3000};
constexpr std::size_t kMaxWarning = 300;

/// The hub's API is not where its name points.
std::string api_host(const std::string& registry) {
  return registry == "docker.io" ? "registry-1.docker.io" : registry;
}

HttpOptions http_options(const std::string& registry, const RegistryContext& context) {
  const RegistryOptions& given = context.options;
  const auto certificates = find_certificates(registry, certificate_folders(context.environment));
  HttpOptions options;
  options.cacert = given.cacert;
  options.more_cacerts = certificates.cas;
  options.client_cert = given.cert ? given.cert : certificates.cert;
  options.client_key = given.cert ? given.key : certificates.key;
  options.verify_tls = given.tls_verify;
  options.proxy = given.proxy;
  return options;
}

HttpOptions without_client_certificate(HttpOptions options) {
  options.client_cert.reset();
  options.client_key.reset();
  return options;
}

std::optional<Url> initial_base(const std::string& registry, const RegistryOptions& options) {
  const std::string host = api_host(registry);
  const auto https = try_parse_url("https://" + host);
  if (!https) throw Error(ErrorKind::usage, fmt::format("'{}' is not a registry host", registry));
  if (options.plain_http) return try_parse_url("http://" + host);
  if (is_loopback_host(https->host)) return std::nullopt;
  return https;
}

/// The warn-text of `299 - "text"` (RFC 7234 section 5.5).
std::string warning_text(const std::string& value) {
  const std::size_t first = value.find('"');
  const std::size_t last = value.rfind('"');
  if (first == std::string::npos || last <= first) return one_line(value, kMaxWarning);
  return one_line(replace_all(value.substr(first + 1, last - first - 1), "\\\"", "\""), kMaxWarning);
}

}  // namespace

TransportStack::TransportStack(std::unique_ptr<HttpTransport> bottom, RetryPacer& pacer)
    : network(std::move(bottom)),
      logging(make_logging_transport(*network)),
      retrying(make_retry_transport(*logging, pacer)) {}

Endpoint::Endpoint(std::string registry, const RegistryContext& context)
    : registry_(std::move(registry)),
      host_(api_host(registry_)),
      context_(context),
      pacer_(context.events, context.clock, context.cancel, context.options.retry_max_time),
      own_(context.make_transport(http_options(registry_, context)), pacer_),
      authenticator_({registry_, context.options, context.environment, context.clock, context.cancel, *own_.retrying}),
      base_(initial_base(registry_, context.options)) {
  const HttpOptions options = http_options(registry_, context);
  if (options.client_cert) foreign_.emplace(context.make_transport(without_client_certificate(options)), pacer_);
}

std::optional<Url> Endpoint::base() {
  const std::lock_guard guard(base_mutex_);
  return base_;
}

bool Endpoint::takes_expect(std::optional<std::uint64_t> body_size) noexcept {
  return body_size.value_or(kExpectFrom) >= kExpectFrom && !expect_taken_.exchange(true);
}

void Endpoint::warn_once(const std::string& text) {
  {
    const std::lock_guard guard(said_mutex_);
    if (said_.size() > 100 || !said_.insert(text).second) return;  // A server must not flood the terminal.
  }
  context_.events.warning(text);
}

void Endpoint::note_warnings(const HttpResponse& response) {
  for (const std::string& value : find_headers(response.headers, "Warning")) {
    if (value.starts_with("299")) warn_once(fmt::format("registry warning: {}", warning_text(value)));
  }
}

Endpoint::Reply Endpoint::exchange(HttpTransport& transport, HttpRequest request, const Url& url,
                                   const std::optional<std::string>& authorization) {
  request.url = url.str();
  if (authorization) request.headers.emplace_back("Authorization", *authorization);
  HttpResponse response = transport.send(request);
  note_warnings(response);
  return {url, std::move(response)};
}

Endpoint::Reply Endpoint::authenticated(HttpRequest request, const Url& url, const Purpose& purpose) {
  const Scope scope = purpose.scope();
  const auto authorization = authenticator_.authorization(scope);
  Reply reply = exchange(*own_.retrying, request, url, authorization);
  const int status = reply.response.status;
  if (status != 401 && status != 403) return reply;
  if (!authenticator_.learn(reply.response, url, scope, authorization)) return reply;
  const auto better = authenticator_.authorization(scope);
  return exchange(*own_.retrying, std::move(request), url, better);
}

Url Endpoint::find_scheme() {
  const std::lock_guard finding(scheme_mutex_);
  if (const auto known = base()) return *known;
  std::string scheme = "https";
  HttpOptions options;
  options.proxy = context_.options.proxy;
  // The question is only whether TLS is spoken: no credentials are sent. Reading the system's CAs would cost 50 ms.
  options.verify_tls = false;
  const auto network = context_.make_transport(std::move(options));
  HttpRequest question;
  question.url = fmt::format("https://{}/v2/", host_);
  try {
    make_logging_transport(*network)->send(question);
  } catch (const HttpError& error) {
    const auto reason = error.reason();
    if (reason == HttpError::Reason::not_tls || reason == HttpError::Reason::tls) {
      log(LogLevel::debug, "{} does not speak TLS: plain http, because it is on this machine", host_);
      scheme = "http";
    } else if (reason != HttpError::Reason::client_certificate) {
      throw;  // No retries: on this machine, refused means that nobody is there.
    }
  }
  const std::lock_guard guard(base_mutex_);
  base_ = try_parse_url(fmt::format("{}://{}", scheme, host_));
  return *base_;
}

Endpoint::Reply Endpoint::send(HttpRequest request, const Purpose& purpose) {
  auto known = base();
  const bool is_path = request.url.starts_with('/');
  if (!known && is_path) known = find_scheme();
  const auto url = try_parse_url(is_path ? known->str() + request.url : request.url);
  if (!url) throw Error(ErrorKind::registry, fmt::format("'{}' is not a usable URL", redacted_url(request.url)));
  if (known && url->same_origin(*known)) return authenticated(std::move(request), *url, purpose);
  return exchange(foreign_ ? *foreign_->retrying : *own_.retrying, std::move(request), *url, std::nullopt);
}

Endpoint::Reply Endpoint::send_following(HttpRequest request, const Purpose& purpose) {
  std::string chain;
  for (int hop = 0; hop <= kMaxRedirects; ++hop) {
    Reply reply = send(request, purpose);
    const int status = reply.response.status;
    if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) return reply;
    const Url target = redirect_target(reply.url, reply.response);
    chain += (chain.empty() ? "" : " -> ") + target.authority();
    request.url = target.str();
  }
  throw Error(ErrorKind::registry, fmt::format("{} redirects more than {} times: {}", registry_, kMaxRedirects, chain));
}

void Endpoint::send_cleanup(HttpRequest request, const Purpose& purpose) noexcept {
  try {
    const auto known = base();
    const auto url = try_parse_url(request.url);
    if (!known || !url) return;
    request.even_if_cancelled = true;
    request.idle_timeout = kCleanupTimeout;
    const bool own = url->same_origin(*known);
    exchange(own || !foreign_ ? *own_.logging : *foreign_->logging, std::move(request), *url,
             own ? authenticator_.authorization(purpose.scope()) : std::nullopt);
  } catch (const std::exception& error) {
    log(LogLevel::debug, "cleaning up at {}: {}", host_, error.what());
  }
}

}  // namespace sidecarctl
