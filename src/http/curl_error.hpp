// SPDX-License-Identifier: Apache-2.0
// What a failed transfer means for people. Private to this folder.
#pragma once

#include "http/curl_handle.hpp"
#include "http/curl_setup.hpp"
#include "http/http_error.hpp"
#include "http/url.hpp"

#include <string>
#include <string_view>

namespace sidecarctl::curl {

struct FailedTransfer {
  CURL* handle;
  CURLcode code;
  std::string_view text;  ///< Of CURLOPT_ERRORBUFFER; may be empty.
  const Url& url;
  const ConnectionSetup& setup;
  bool answered;                   ///< The headers came; the body broke.
  const std::string& certificate;  ///< Who the server said it is, if it was to prove it; may be empty.
};

HttpError describe_failure(const FailedTransfer& failed);

/// A proxy's own 407.
HttpError proxy_wants_credentials(const ConnectionSetup& setup, const Url& url);

}  // namespace sidecarctl::curl
