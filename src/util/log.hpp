// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace sidecarctl {

/// How much `-v` shows. Traces only: no user message goes through here, and no secret (see http redaction).
enum class LogLevel { off, debug, trace };

void set_log_level(LogLevel level);
bool log_enabled(LogLevel level) noexcept;
void log_text(LogLevel level, std::string_view text);

/// A trace line on stderr. Thread-safe.
template <class... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(level)) log_text(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace sidecarctl
