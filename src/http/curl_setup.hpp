// SPDX-License-Identifier: Apache-2.0
// From HttpOptions and HttpRequest to the options of one libcurl handle. Private to this folder.
#pragma once

#include "http/curl_handle.hpp"
#include "http/transport.hpp"
#include "http/url.hpp"

#include <optional>
#include <string>

namespace sidecarctl::curl {

/// What is the same for every request of a transport; files are read once, when it is made.
struct ConnectionSetup {
  explicit ConnectionSetup(HttpOptions given);

  HttpOptions options;
  std::optional<std::string> trusted_pem;  ///< The CAs to trust; nullopt: libcurl's own default.
};

/// The proxy that a request to `url` would use, as the options or the environment say; nullopt: none.
/// NO_PROXY is libcurl's business.
std::optional<std::string> proxy_for(const HttpOptions& options, const Url& url);

/// Connection, TLS, proxy and safety options.
void apply_connection(CURL* handle, const ConnectionSetup& setup, const Url& url);

/// Method, headers and body size. `headers` must live as long as the transfer.
void apply_request(CURL* handle, const HttpRequest& request, const Url& url, HeaderList& headers);

}  // namespace sidecarctl::curl
