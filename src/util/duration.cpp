// SPDX-License-Identifier: Apache-2.0
#include "util/duration.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace sidecarctl {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t milliseconds;
};

constexpr std::array<Unit, 4> kUnits{{{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}}};

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  if (text == "0") return std::chrono::milliseconds(0);
  if (text.empty()) return std::nullopt;
  const auto limit = static_cast<std::uint64_t>(kLongestDuration.count());
  std::uint64_t sum = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == std::string_view::npos) return std::nullopt;
    const auto number = parse_unsigned(text.substr(0, digits));
    if (!number) return std::nullopt;
    text.remove_prefix(digits);
    const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size()) return std::nullopt;
    const std::uint64_t factor = kUnits[next_unit++].milliseconds;
    if (*number > (limit - sum) / factor) return std::nullopt;
    sum += *number * factor;
    text.remove_prefix(name.size());
  }
  return std::chrono::milliseconds(sum);
}

std::string human_duration(std::chrono::milliseconds duration) {
  const auto count = static_cast<std::uint64_t>(duration.count() < 0 ? 0 : duration.count());
  if (count < 1000) return fmt::format("{}ms", count);
  if (count < 10000 && count % 1000 >= 50) return fmt::format("{:.1f}s", static_cast<double>(count) / 1000);
  const std::uint64_t seconds = (count + 500) / 1000;
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) {
    return seconds % 60 == 0 ? fmt::format("{}m", seconds / 60) : fmt::format("{}m{}s", seconds / 60, seconds % 60);
  }
  const std::uint64_t minutes = seconds / 60;
  return minutes % 60 == 0 ? fmt::format("{}h", minutes / 60) : fmt::format("{}h{}m", minutes / 60, minutes % 60);
}

}  // namespace sidecarctl
