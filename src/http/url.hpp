// SPDX-License-Identifier: Apache-2.0
// http and https URLs: taken apart, joined (RFC 3986 section 5), and made safe to show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

/// A Location of 8 KiB, the most that is taken from a server, and room for the digest that is appended to it.
inline constexpr std::size_t kMaxUrlLength = 9 * 1024;

struct Url {
  std::string scheme;  ///< "http" or "https".
  std::string host;    ///< Lower case; IPv6 keeps its brackets.
  std::optional<std::uint16_t> port;
  std::string path;                  ///< "" or starts with '/', byte for byte as given.
  std::optional<std::string> query;  ///< Without '?', byte for byte as given.

  std::uint16_t effective_port() const noexcept;
  std::string authority() const;  ///< "host" or "host:port", as written.
  std::string str() const;
  /// Same scheme, host and effective port: credentials may go there.
  bool same_origin(const Url& other) const noexcept;
};

/// nullopt: not an absolute http(s) URL, has user information, blanks or control characters, or is too long.
std::optional<Url> try_parse_url(std::string_view text);

/// What `location` means on the page `base`; nullopt when it is not a usable http(s) URL. Path segments "."
/// and ".." of a relative path are resolved; an absolute URL is kept byte for byte.
std::optional<Url> resolve_url(const Url& base, std::string_view location);

/// localhost, *.localhost, 127.0.0.0/8, [::1]. `host` as in Url::host.
bool is_loopback_host(std::string_view host);

/// An IP literal that is not on the public internet: loopback, private, link-local (cloud metadata),
/// unspecified, unique local, multicast; IPv4 inside IPv6 counts too, and numbers that resolvers read as an
/// address ("2130706433", "0x7f.1").
bool is_private_literal(std::string_view host);

/// An address of this link, where clouds keep the credentials of a machine: nobody has to send us there.
bool is_link_local_literal(std::string_view host);

/// For logs: without user information; query values are replaced unless they are known to be harmless.
std::string redacted_url(std::string_view url);

/// Percent-encodes everything but unreserved characters.
std::string encode_query_value(std::string_view text);

}  // namespace sidecarctl
