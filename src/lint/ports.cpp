// SPDX-License-Identifier: Apache-2.0
#include "lint/ports.hpp"

#include "util/strings.hpp"

#include <algorithm>

namespace sidecarctl::lint {

namespace {

/// Numbers longer than any port count as a port that is too high, not as text.
std::optional<std::uint64_t> port_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return parse_unsigned(text).value_or(UINT64_MAX);
}

bool starts_with_zero(std::string_view text) {
  return text.size() > 1 && text.front() == '0';
}

}  // namespace

ExposedPort parse_exposed_port(std::string_view text) {
  ExposedPort port;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    port.protocol = std::string(text.substr(slash + 1));
    text = text.substr(0, slash);
  }
  const std::size_t dash = text.find('-');
  const std::string_view low = text.substr(0, dash);
  const std::string_view high = dash == std::string_view::npos ? low : text.substr(dash + 1);
  const auto first = port_number(low);
  const auto last = port_number(high);
  if (!first || !last || *first > *last) return port;
  port.first = *first;
  port.last = *last;
  port.is_number = true;
  port.has_leading_zero = starts_with_zero(low) || starts_with_zero(high);
  return port;
}

bool is_allowed_port(const ExposedPort& port) noexcept {
  return port.is_number && port.first >= kFirstPort && port.last <= kLastPort;
}

}  // namespace sidecarctl::lint
