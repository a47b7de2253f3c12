// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace sidecarctl::protocol {

/// Milliseconds of a clock that never jumps.
std::int64_t monotonic_milliseconds() noexcept;
/// Milliseconds since 1970, UTC.
std::int64_t unix_milliseconds() noexcept;
/// "2026-01-01T00:00:00.000Z". Without gmtime, which reads time zone files.
std::string utc_text(std::int64_t unix_milliseconds);

}  // namespace sidecarctl::protocol
