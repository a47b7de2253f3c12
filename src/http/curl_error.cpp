// SPDX-License-Identifier: Apache-2.0
#include "http/curl_error.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <string>
#include <system_error>
#include <utility>

namespace sidecarctl::curl {

namespace {

using Reason = HttpError::Reason;

std::string server(const FailedTransfer& failed) {
  if (const auto& socket = failed.setup.options.unix_socket) return fmt::format("unix://{}", socket->string());
  return fmt::format("{}:{}", failed.url.host, failed.url.effective_port());
}

/// " (proxy 'http://p:3128' is set)": a wrong proxy looks like a wrong host.
std::string proxy_note(const FailedTransfer& failed) {
  const auto proxy = proxy_for(failed.setup.options, failed.url);
  return proxy ? fmt::format(" (proxy '{}' is set)", redacted_url(*proxy)) : "";
}

bool says(const FailedTransfer& failed, std::string_view words) {
  return to_lower(failed.text).find(words) != std::string::npos;
}

std::string detail(const FailedTransfer& failed) {
  return shorten(trim(failed.text.empty() ? curl_easy_strerror(failed.code) : failed.text), 200);
}

HttpError cannot_connect(const FailedTransfer& failed) {
  long errno_value = 0;
  curl_easy_getinfo(failed.handle, CURLINFO_OS_ERRNO, &errno_value);
  std::string why =
      errno_value != 0 ? to_lower(std::generic_category().message(static_cast<int>(errno_value))) : detail(failed);
  if (failed.code == CURLE_OPERATION_TIMEDOUT) {
    why = fmt::format("no answer within {} s", failed.setup.options.connect_timeout.count() / 1000);
  }
  return {Reason::connect, ErrorKind::network,
          fmt::format("cannot connect to {}: {}{}", server(failed), why, proxy_note(failed))};
}

HttpError untrusted(const FailedTransfer& failed) {
  std::string_view why = failed.text;
  constexpr std::string_view kPrefix = "SSL certificate problem: ";
  if (why.starts_with(kPrefix)) why.remove_prefix(kPrefix.size());
  return {Reason::untrusted, ErrorKind::network,
          fmt::format("the TLS certificate of {} cannot be trusted: {}{}", server(failed), shorten(why, 200),
                      failed.certificate.empty() ? "" : fmt::format(" ({})", failed.certificate)),
          fmt::format("add its CA with --cacert FILE or as /etc/docker/certs.d/{}/ca.crt", failed.url.authority())};
}

HttpError tls_failed(const FailedTransfer& failed) {
  if (says(failed, "wrong version number") || says(failed, "packet length too long") || says(failed, "http request") ||
      says(failed, "unknown protocol")) {
    return {Reason::not_tls, ErrorKind::network,
            fmt::format("{} does not speak TLS; the server speaks plain http", server(failed)),
            "pass --plain-http if that is intended"};
  }
  if (says(failed, "certificate required") || says(failed, "alert bad certificate") ||
      says(failed, "handshake failure") || says(failed, "alert unknown ca")) {
    const bool given = failed.setup.options.client_cert.has_value();
    return {
        Reason::client_certificate, ErrorKind::denied,
        fmt::format("{} {}: {}", server(failed),
                    given ? "refused our client certificate" : "seems to want a client certificate", detail(failed)),
        fmt::format("give one with --cert and --key, or put client.cert and client.key into /etc/docker/certs.d/{}",
                    failed.url.authority())};
  }
  return {Reason::tls, ErrorKind::network,
          fmt::format("no TLS with {}: {}{}", server(failed), detail(failed), proxy_note(failed))};
}

HttpError proxy_failed(const FailedTransfer& failed, long status) {
  if (status == 407) return proxy_wants_credentials(failed.setup, failed.url);
  return {Reason::proxy, ErrorKind::network,
          fmt::format("the proxy '{}' refused a connection to {}: status {}",
                      redacted_url(proxy_for(failed.setup.options, failed.url).value_or("")), server(failed), status),
          fmt::format("add {} to NO_PROXY if it can be reached directly", failed.url.host)};
}

HttpError broken(const FailedTransfer& failed) {
  if (failed.code == CURLE_UNSUPPORTED_PROTOCOL || failed.code == CURLE_WEIRD_SERVER_REPLY) {
    if (failed.url.scheme == "http") {
      return {Reason::not_plain, ErrorKind::network, fmt::format("{} does not speak plain http", server(failed)),
              "leave out --plain-http if it speaks https"};
    }
    return {Reason::broken, ErrorKind::network,
            fmt::format("{} did not answer in HTTP: {}", server(failed), detail(failed))};
  }
  return {Reason::broken, ErrorKind::network,
          fmt::format("the connection to {} broke{}: {}{}", server(failed), failed.answered ? " inside the answer" : "",
                      detail(failed), proxy_note(failed))};
}

HttpError unusable_option(const FailedTransfer& failed) {
  return {Reason::setup, ErrorKind::config,
          fmt::format("cannot use the TLS files for {}: {}", server(failed), detail(failed))};
}

/// Was the time limit the one for connecting?
bool was_connecting(const FailedTransfer& failed) {
  curl_off_t connected = 0;
  curl_easy_getinfo(failed.handle, CURLINFO_CONNECT_TIME_T, &connected);
  return !failed.answered && connected == 0;
}

}  // namespace

HttpError describe_failure(const FailedTransfer& failed) {
  long proxy_status = 0;
  curl_easy_getinfo(failed.handle, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (!failed.answered && proxy_status >= 300) return proxy_failed(failed, proxy_status);
  switch (failed.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Reason::resolve, ErrorKind::network,
              fmt::format("cannot find a host named '{}'{}", failed.url.host, proxy_note(failed))};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Reason::resolve, ErrorKind::network, fmt::format("cannot find the proxy's host{}", proxy_note(failed))};
    case CURLE_COULDNT_CONNECT: return cannot_connect(failed);
    case CURLE_PEER_FAILED_VERIFICATION: return untrusted(failed);
    case CURLE_SSL_CONNECT_ERROR: return tls_failed(failed);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_NOTFOUND: return unusable_option(failed);
    case CURLE_OUT_OF_MEMORY:  // So libcurl calls a header line beyond its own limit of 100 KiB.
      return {Reason::limit, ErrorKind::network, fmt::format("{} sent a header line that is too long", server(failed))};
    case CURLE_OPERATION_TIMEDOUT: return was_connecting(failed) ? cannot_connect(failed) : tls_failed(failed);
    default: break;
  }
  if (!failed.answered && (says(failed, "certificate required") || says(failed, "alert"))) return tls_failed(failed);
  return broken(failed);
}

HttpError proxy_wants_credentials(const ConnectionSetup& setup, const Url& url) {
  return {
      Reason::proxy, ErrorKind::network,
      fmt::format("the proxy '{}' wants credentials (407)", redacted_url(proxy_for(setup.options, url).value_or(""))),
      fmt::format("put user and password into the proxy's URL, or add {} to NO_PROXY", url.host)};
}

}  // namespace sidecarctl::curl
