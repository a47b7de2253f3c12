// SPDX-License-Identifier: Apache-2.0
#include "protocol/clock.hpp"

#include <time.h>

namespace sidecarctl::protocol {
namespace {

std::int64_t milliseconds_of(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

void append_padded(std::string& text, std::int64_t value, int digits) {
  char buffer[20];
  for (int i = digits - 1; i >= 0; --i) {
    buffer[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  text.append(buffer, static_cast<std::size_t>(digits));
}

}  // namespace

std::int64_t monotonic_milliseconds() noexcept {
  return milliseconds_of(CLOCK_MONOTONIC);
}
std::int64_t unix_milliseconds() noexcept {
  return milliseconds_of(CLOCK_REALTIME);
}

std::string utc_text(std::int64_t unix_milliseconds) {
  const std::int64_t clamped = unix_milliseconds < 0 ? 0 : unix_milliseconds;
  const std::int64_t days = clamped / 86'400'000;
  const std::int64_t rest = clamped % 86'400'000;
  // Days to a date in the proleptic Gregorian calendar, counted in eras of 400 years that begin on the 1st of March.
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = shifted / 146'097;
  const std::int64_t day_of_era = shifted % 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  std::string text;
  append_padded(text, year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
  text += '-';
  append_padded(text, month, 2);
  text += '-';
  append_padded(text, day_of_year - (153 * shifted_month + 2) / 5 + 1, 2);
  text += 'T';
  append_padded(text, rest / 3'600'000, 2);
  text += ':';
  append_padded(text, rest / 60'000 % 60, 2);
  text += ':';
  append_padded(text, rest / 1000 % 60, 2);
  text += '.';
  append_padded(text, rest % 1000, 3);
  text += 'Z';
  return text;
}

}  // namespace sidecarctl::protocol
