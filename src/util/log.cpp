// SPDX-License-Identifier: Apache-2.0
#include "util/log.hpp"

#include "util/strings.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

namespace sidecarctl {

namespace {
std::atomic<LogLevel> current_level{LogLevel::off};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("sidecarctl", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%H:%M:%S.%e %v");
    made->set_level(spdlog::level::trace);
    return made;
  }();
  return *instance;
}
}  // namespace

void set_log_level(LogLevel level) {
  current_level = level;
}
bool log_enabled(LogLevel level) noexcept {
  return level != LogLevel::off && current_level.load() >= level;
}
void log_text(LogLevel, std::string_view text) {
  logger().info("{}", escape_text(text));
}

}  // namespace sidecarctl
