// SPDX-License-Identifier: Apache-2.0
// One HTTP exchange as a value in and a value out.
#pragma once

#include "util/byte_source.hpp"
#include "util/cancel.hpp"
#include "util/environment.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecarctl {

enum class HttpMethod { get, head, put, post, patch, del };
std::string_view to_string(HttpMethod method) noexcept;

using Headers = std::vector<std::pair<std::string, std::string>>;
/// The first header of that name, case-insensitive.
std::optional<std::string> find_header(const Headers& headers, std::string_view name);
std::vector<std::string> find_headers(const Headers& headers, std::string_view name);

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string url;
  Headers headers;
  SourceOpener body;                                      ///< Empty: no body. Called once for each attempt.
  std::optional<std::uint64_t> body_size;                 ///< Bytes; nullopt with a body: chunked transfer encoding.
  bool expect_continue = false;                           ///< Ask with `Expect: 100-continue` before sending the body.
  std::optional<std::chrono::milliseconds> idle_timeout;  ///< Without any byte either way; nullopt: 60 s.
  std::optional<std::chrono::milliseconds> answer_timeout;  ///< Once the body is sent; nullopt: idle_timeout.
  std::function<void(std::uint64_t)> on_sent;               ///< Bytes of the body sent so far, for progress.
  /// Called while everything is sent and no answer comes, with the time since the last byte.
  std::function<void(std::chrono::milliseconds)> on_slow_answer;
  std::chrono::milliseconds slow_answer{10000};  ///< Silence before the first such call; then whenever it has doubled.
  /// May be sent again although nobody knows what became of the last try. False for parts of an upload session.
  bool repeatable = true;
  bool even_if_cancelled = false;  ///< Cleaning up after Ctrl-C.
};

struct HttpResponse {
  int status = 0;
  Headers headers;
  std::unique_ptr<ByteSource> body;  ///< Never null; streams from the socket. May be dropped unread.
};

/// One HTTP exchange. Any status is a normal return, redirects included: nobody follows them here. Throws
/// Error{network|timeout|interrupted} if no answer came, or the body broke (then from body->read). Thread-safe.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual HttpResponse send(const HttpRequest& request) = 0;
};

/// How connections are made.
struct HttpOptions {
  std::optional<std::filesystem::path> unix_socket;  ///< Every request goes there, whatever the URL's host.
  std::optional<std::filesystem::path> cacert;       ///< PEM, in addition to the system's CAs.
  std::vector<std::filesystem::path> more_cacerts;   ///< Further such files.
  std::optional<std::filesystem::path> client_cert, client_key;
  bool verify_tls = true;
  std::optional<std::string> proxy;  ///< nullopt: from the environment (https_proxy, no_proxy, ...).
  std::chrono::milliseconds connect_timeout{10000};
};

/// The real network, on libcurl. HTTP/1.1 for requests with a body (HTTP/2 bodies measured 5 to 17 times slower over
/// distance), HTTP/2 where offered for the rest. Compressed transfer is never asked for: it would break digests.
/// `cancel` is polled while waiting and must outlive the transport.
std::unique_ptr<HttpTransport> make_curl_transport(HttpOptions options, const CancelToken& cancel);

}  // namespace sidecarctl
