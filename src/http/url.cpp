// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace sidecarctl {

namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool has_unsafe_bytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7f || c == '\\';
  });
}

bool is_valid_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    in6_addr address{};
    return inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &address) == 1;
  }
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), is_host_character);
}

bool parse_authority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos) return false;  // Credentials do not belong into a URL.
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = to_lower(text.substr(0, colon));
  if (!is_valid_host(url.host)) return false;
  if (colon == std::string_view::npos || colon + 1 == text.size()) return true;
  const auto port = parse_unsigned(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return false;
  url.port = static_cast<std::uint16_t>(*port);
  return true;
}

void parse_path_and_query(std::string_view text, Url& url) {
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  url.path = std::string(text.substr(0, question));
  url.query.reset();
  if (question != std::string_view::npos) url.query = std::string(text.substr(question + 1));
}

/// RFC 3986 section 5.2.4.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string> kept;
  auto parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    if (parts[i] == "..") {
      if (kept.size() > 1) kept.pop_back();
    } else if (parts[i] != ".") {
      kept.push_back(std::move(parts[i]));
      continue;
    }
    if (last) kept.emplace_back();
  }
  const std::string joined = join(kept, "/");
  return joined.empty() || joined.front() != '/' ? "/" + joined : joined;
}

}  // namespace

std::uint16_t Url::effective_port() const noexcept {
  return port.value_or(scheme == "https" ? 443 : 80);
}

std::string Url::authority() const {
  return port ? fmt::format("{}:{}", host, *port) : host;
}

std::string Url::str() const {
  return fmt::format("{}://{}{}{}{}", scheme, authority(), path, query ? "?" : "", query.value_or(""));
}

bool Url::same_origin(const Url& other) const noexcept {
  return scheme == other.scheme && host == other.host && effective_port() == other.effective_port();
}

std::optional<Url> try_parse_url(std::string_view text) {
  if (text.size() > kMaxUrlLength || has_unsafe_bytes(text)) return std::nullopt;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = to_lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);
  const std::size_t end = text.find_first_of("/?#");
  if (!parse_authority(text.substr(0, end), url)) return std::nullopt;
  if (end != std::string_view::npos) parse_path_and_query(text.substr(end), url);
  return url;
}

std::optional<Url> resolve_url(const Url& base, std::string_view location) {
  location = trim(location);
  if (location.empty() || location.size() > kMaxUrlLength || has_unsafe_bytes(location)) return std::nullopt;
  if (location.starts_with("//")) return try_parse_url(base.scheme + ":" + std::string(location));
  const std::size_t special = location.find_first_of(":/?#");
  if (special != std::string_view::npos && location[special] == ':') return try_parse_url(location);
  Url url = base;
  if (location.front() == '#') return url;
  if (location.front() == '?') {
    parse_path_and_query(base.path + std::string(location), url);
    return url;
  }
  parse_path_and_query(location, url);
  if (url.path.empty() || url.path.front() != '/') {
    url.path = base.path.substr(0, base.path.rfind('/') + 1) + url.path;
  }
  url.path = without_dot_segments(url.path);
  if (url.str().size() > kMaxUrlLength) return std::nullopt;
  return url;
}

namespace {

bool is_private_ipv4(std::uint32_t address) {
  struct Range {
    std::uint32_t network;
    unsigned bits;
  };
  // RFC 6890: this network, private use, shared, loopback, link-local, protocol assignments, benchmarks,
  // multicast and above.
  constexpr std::array<Range, 9> kRanges{{{0x00000000, 8},
                                          {0x0a000000, 8},
                                          {0x64400000, 10},
                                          {0x7f000000, 8},
                                          {0xa9fe0000, 16},
                                          {0xac100000, 12},
                                          {0xc0a80000, 16},
                                          {0xc6120000, 15},
                                          {0xe0000000, 3}}};
  return std::any_of(kRanges.begin(), kRanges.end(), [&](const Range& range) {
    return (address >> (32 - range.bits)) == (range.network >> (32 - range.bits));
  });
}

bool is_private_ipv6(const in6_addr& address) {
  const auto* bytes = address.s6_addr;
  const auto tail = [&](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes + at, 4);
    return ntohl(value);
  };
  const bool zeros = std::all_of(bytes, bytes + 10, [](std::uint8_t byte) { return byte == 0; });
  if (zeros && ((bytes[10] == 0xff && bytes[11] == 0xff) || (bytes[10] == 0 && bytes[11] == 0))) {
    return is_private_ipv4(tail(12));  // ::, ::1 and IPv4 inside IPv6.
  }
  if (bytes[0] == 0x00 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b)
    return is_private_ipv4(tail(12));  // NAT64.
  return (bytes[0] & 0xfeU) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0x80U) != 0) || bytes[0] == 0xff;
}

/// What inet_aton(3) reads: curl and libc take "0x7f.1" and "2130706433" for addresses.
std::optional<std::uint32_t> numeric_ipv4(std::string_view host) {
  in_addr address{};
  if (inet_aton(std::string(host).c_str(), &address) == 0) return std::nullopt;
  return ntohl(address.s_addr);
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost") || host == "[::1]") return true;
  const auto address = numeric_ipv4(host);
  return address && (*address >> 24U) == 127;
}

bool is_private_literal(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  if (host.size() > 2 && host.front() == '[') {
    in6_addr address{};
    const std::string text(host.substr(1, host.size() - 2));
    return inet_pton(AF_INET6, text.c_str(), &address) == 1 && is_private_ipv6(address);
  }
  const auto address = numeric_ipv4(host);
  return address && is_private_ipv4(*address);
}

bool is_link_local_literal(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto address = numeric_ipv4(host);
  return (address && *address >> 16U == 0xa9fe) || host.starts_with("[fe80:") || host == "[fd00:ec2::254]";
}

std::string redacted_url(std::string_view url) {
  // An allow-list: a parameter that nobody thought of may be a signature.
  constexpr std::array<std::string_view, 16> kHarmless{"digest",    "mount",    "from",      "n",    "last", "scope",
                                                       "service",   "tag",      "names",     "size", "path", "format",
                                                       "manifests", "platform", "reference", "ns"};
  const std::size_t question = url.find('?');
  std::string result(url.substr(0, question));
  if (const std::size_t scheme = result.find("://"); scheme != std::string::npos) {
    const std::size_t end = result.find('/', scheme + 3);
    const std::size_t at = result.rfind('@', end);
    if (at != std::string::npos && at > scheme) result.erase(scheme + 3, at - scheme - 2);
  }
  if (question == std::string_view::npos) return result;
  char separator = '?';
  for (const std::string& pair : split(url.substr(question + 1), '&')) {
    const std::size_t equals = pair.find('=');
    const std::string name = pair.substr(0, equals);
    const bool harmless = std::find(kHarmless.begin(), kHarmless.end(), name) != kHarmless.end();
    result += std::exchange(separator, '&');
    result += equals == std::string::npos ? "***" : harmless ? pair : name + "=***";
  }
  return result;
}

std::string encode_query_value(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

}  // namespace sidecarctl
