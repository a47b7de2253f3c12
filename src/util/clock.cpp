// SPDX-License-Identifier: Apache-2.0
#include "util/clock.hpp"

#include <thread>

namespace sidecarctl {

Clock::time_point SystemClock::now() {
  return std::chrono::steady_clock::now();
}
std::chrono::system_clock::time_point SystemClock::wall_now() {
  return std::chrono::system_clock::now();
}
void SystemClock::sleep_for(duration time) {
  std::this_thread::sleep_for(time);
}

}  // namespace sidecarctl
