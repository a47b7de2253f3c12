// SPDX-License-Identifier: Apache-2.0
#include "image/digest.hpp"

#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

constexpr std::string_view kPrefix = "sha256:";

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;  // Upper case is not canonical (image-spec, descriptor.md "Registered algorithms").
}

}  // namespace

std::optional<Digest> Digest::try_parse(std::string_view text) noexcept {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  Sha256Bytes bytes{};
  if (text.size() != bytes.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return Digest(bytes);
}

Digest Digest::parse(std::string_view text) {
  if (const auto digest = try_parse(text)) return *digest;
  const std::string shown = shorten(escape_text(text), 100);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    throw ParseError(fmt::format("'{}' is not a digest: no 'sha256:' before it", shown), 0);
  }
  if (text.substr(0, colon + 1) != kPrefix) {
    throw ParseError(fmt::format("digest '{}' uses '{}', only sha256 is supported", shown,
                                 shorten(escape_text(text.substr(0, colon)), 40)),
                     0);
  }
  throw ParseError(fmt::format("digest '{}' does not have 64 lower-case hex digits after 'sha256:'", shown),
                   kPrefix.size());
}

Digest Digest::sha256_of(std::string_view bytes) {
  return Digest(sha256(bytes));
}
std::string Digest::hex() const {
  return to_hex(bytes_.data(), bytes_.size());
}
std::string Digest::str() const {
  return std::string(kPrefix) + hex();
}
std::string Digest::short_hex() const {
  return to_hex(bytes_.data(), 6);
}

}  // namespace sidecarctl
