// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl::lint {

/// A key of ExposedPorts taken apart: "8080/tcp", "8080-8090/tcp". Pure.
struct ExposedPort {
  std::uint64_t first = 0, last = 0;  ///< Valid when `is_number`; may be out of a port's range.
  bool is_number = false;  ///< Digits, or two groups of digits with '-' between and the first not above the second.
  std::string protocol;    ///< As written after '/'; "" when absent.
  bool has_leading_zero = false;
};
ExposedPort parse_exposed_port(std::string_view text);

/// Ports that are not reserved for root, as the platform's documentation gives them.
inline constexpr std::uint64_t kFirstPort = 1024, kLastPort = 65535;
bool is_allowed_port(const ExposedPort& port) noexcept;

}  // namespace sidecarctl::lint
