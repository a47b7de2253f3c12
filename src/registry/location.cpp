// SPDX-License-Identifier: Apache-2.0
#include "registry/location.hpp"

#include "registry/answer.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

Url resolve(const Url& asked, const HttpResponse& response, std::string_view what) {
  const auto text = find_header(response.headers, "Location");
  if (!text || text->empty()) {
    throw Error(ErrorKind::registry, fmt::format("{} sent {} without a Location", asked.authority(), what));
  }
  const auto url = resolve_url(asked, *text);
  if (!url) {
    throw Error(ErrorKind::registry, fmt::format("{} sent {} with an unusable Location '{}'", asked.authority(), what,
                                                 one_line(redacted_url(*text), 200)));
  }
  return *url;
}

void refuse_private_host(const Url& asked, const Url& target, std::string_view what) {
  if (target.host == asked.host) return;
  const bool from_inside = is_private_literal(asked.host) && !is_link_local_literal(target.host);
  if (!is_private_literal(target.host) || from_inside) return;
  throw Error(ErrorKind::registry,
              fmt::format("{} sent {} to '{}', an address inside a private network", asked.authority(), what,
                          target.authority()),
              "the registry or a proxy in front of it is set up wrongly, or somebody wants to reach into your network");
}

}  // namespace

UploadLocation upload_location(const Url& asked, const HttpResponse& response) {
  UploadLocation location{resolve(asked, response, "an upload"), false};
  Url& url = location.url;
  if (url.host == asked.host && url.scheme == "http" && asked.scheme == "https") {
    url.scheme = "https";
    if (!url.port || *url.port == 80) url.port = asked.port;
    location.corrected = true;
  }
  if (url.host == asked.host && url.scheme == asked.scheme && !url.port && asked.port) {
    url.port = asked.port;
    location.corrected =
        location.corrected || asked.effective_port() != Url{url.scheme, url.host, {}, "", {}}.effective_port();
  }
  if (url.scheme == "http" && asked.scheme == "https") {
    throw Error(ErrorKind::registry,
                fmt::format("{} sent an upload to plain http: '{}'", asked.authority(), redacted_url(url.str())));
  }
  refuse_private_host(asked, url, "an upload");
  return location;
}

std::string closing_url(const Url& location, const Digest& digest) {
  const std::string text = location.str();
  const char* separator = !location.query ? "?" : location.query->empty() || location.query->ends_with('&') ? "" : "&";
  return fmt::format("{}{}digest={}", text, separator, encode_query_value(digest.str()));
}

Url redirect_target(const Url& asked, const HttpResponse& response) {
  Url url = resolve(asked, response, "a redirect");
  refuse_private_host(asked, url, "a redirect");
  return url;
}

}  // namespace sidecarctl
