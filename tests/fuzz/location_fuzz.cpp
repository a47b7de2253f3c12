// SPDX-License-Identifier: Apache-2.0
// A Location leads to a URL that parses to itself, never from https to http, never into a private network; or it is
// refused.
#include "registry/location.hpp"
#include "util/error.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sidecarctl;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto asked = try_parse_url("https://registry.example:8443/v2/team/app/blobs/uploads/?x=y");
  const auto check = [&](const Url& url) {
    const auto again = try_parse_url(url.str());
    if (!again || again->str() != url.str() || is_private_literal(url.host)) std::abort();
  };
  HttpResponse response;
  response.headers = {{"Location", text}};
  try {
    const UploadLocation location = upload_location(*asked, response);
    check(location.url);
    if (location.url.scheme != "https") std::abort();
    closing_url(location.url, Digest::sha256_of(""));
  } catch (const Error&) {
  }
  try {
    check(redirect_target(*asked, response));
  } catch (const Error&) {
  }
  redacted_url(text);
  return 0;
}
