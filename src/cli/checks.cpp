// SPDX-License-Identifier: Apache-2.0
#include "cli/checks.hpp"

#include "util/duration.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

std::string check_duration(const std::string& text) {
  if (parse_duration(text)) return {};
  return fmt::format("'{}' is not a duration like 500ms, 30s, 10m or 1h, at most a year", text);
}

std::string check_positive_duration(const std::string& text) {
  const auto duration = parse_duration(text);
  return duration && duration->count() == 0 ? "must be more than 0" : check_duration(text);
}

std::string check_size(const std::string& text) {
  return parse_size(text) ? std::string() : fmt::format("'{}' is not a size like 4096, 64M or 64Mi", text);
}

std::chrono::milliseconds checked_duration(const std::string& text) {
  const auto duration = parse_duration(text);
  SIDECARCTL_CHECK(duration.has_value(), "an option's duration was not checked");
  return *duration;
}

std::uint64_t checked_size(const std::string& text) {
  const auto size = parse_size(text);
  SIDECARCTL_CHECK(size.has_value(), "an option's size was not checked");
  return *size;
}

}  // namespace sidecarctl
