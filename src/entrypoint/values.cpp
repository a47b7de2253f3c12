// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/values.hpp"

namespace sidecarctl::entrypoint {
namespace {

/// Far more than any limit below, far less than 2^63.
constexpr std::size_t kMaxDigits = 12;

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr Unit kDurations[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60'000}, {"h", 3'600'000}};
constexpr Unit kSizes[] = {{"", 1},      {"k", 1000},     {"M", 1'000'000}, {"G", 1'000'000'000},
                           {"Ki", 1024}, {"Mi", 1 << 20}, {"Gi", 1 << 30}};
constexpr std::int64_t kTenYears = 315'360'000'000;
constexpr std::int64_t kExbibyte = std::int64_t{1} << 60U;

template <std::size_t count>
bool parse(std::string_view text, const Unit (&units)[count], std::int64_t limit, std::int64_t& value) noexcept {
  std::int64_t number = 0;
  std::size_t digits = 0;
  while (digits <= kMaxDigits && digits < text.size() && text[digits] >= '0' && text[digits] <= '9')
    number = number * 10 + (text[digits++] - '0');
  if (digits == 0 || digits > kMaxDigits) return false;
  for (const Unit& unit : units) {
    if (text.substr(digits) != unit.name) continue;
    if (number > limit / unit.factor) return false;
    value = number * unit.factor;
    return true;
  }
  return false;
}

}  // namespace

bool parse_duration(std::string_view text, std::int64_t& milliseconds) noexcept {
  return parse(text, kDurations, kTenYears, milliseconds);
}

bool parse_size(std::string_view text, std::uint64_t& bytes) noexcept {
  std::int64_t value = 0;
  if (!parse(text, kSizes, kExbibyte, value)) return false;
  bytes = static_cast<std::uint64_t>(value);
  return true;
}

bool parse_umask(std::string_view text, unsigned& mask) noexcept {
  if (text.size() < 3 || text.size() > 4 || text.find_first_not_of("01234567") != std::string_view::npos) return false;
  mask = 0;
  for (const char digit : text) mask = mask * 8 + static_cast<unsigned>(digit - '0');
  return mask <= 0777;
}

}  // namespace sidecarctl::entrypoint
