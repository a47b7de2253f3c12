// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace sidecarctl {

/// Time as a dependency, so that no test sleeps. Thread-safe.
class Clock {
 public:
  using duration = std::chrono::milliseconds;
  using time_point = std::chrono::steady_clock::time_point;
  virtual ~Clock() = default;
  virtual time_point now() = 0;
  /// Wall clock, for token expiry and dates.
  virtual std::chrono::system_clock::time_point wall_now() = 0;
  virtual void sleep_for(duration time) = 0;
};

class SystemClock final : public Clock {
 public:
  time_point now() override;
  std::chrono::system_clock::time_point wall_now() override;
  void sleep_for(duration time) override;
};

}  // namespace sidecarctl
