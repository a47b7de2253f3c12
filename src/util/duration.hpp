// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

/// Longer ones are mistakes, and could not be added to a point in time without overflow.
inline constexpr std::chrono::milliseconds kLongestDuration = std::chrono::hours(24 * 365);

/// "500ms", "30s", "10m", "1h", "1h30m": whole numbers with units, larger units first; "0" alone needs none. nullopt
/// for anything else, and beyond kLongestDuration.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// "500ms", "1.5s", "30s", "10m", "1h30m": short, for people.
std::string human_duration(std::chrono::milliseconds duration);

}  // namespace sidecarctl
