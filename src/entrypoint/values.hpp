// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace sidecarctl::entrypoint {

/// "10", "10s", "500ms", "5m", "2h" in milliseconds; at most ten years. False: not a duration.
bool parse_duration(std::string_view text, std::int64_t& milliseconds) noexcept;
/// Bytes, or k M G (1000), Ki Mi Gi (1024).
bool parse_size(std::string_view text, std::uint64_t& bytes) noexcept;
/// Three or four octal digits.
bool parse_umask(std::string_view text, unsigned& mask) noexcept;

}  // namespace sidecarctl::entrypoint
