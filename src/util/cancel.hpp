// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace sidecarctl {

/// "Stop now", set by a signal handler or by a worker whose sibling failed. Async-signal-safe to set.
class CancelToken {
 public:
  void cancel(int signal) noexcept { signal_.store(signal, std::memory_order_relaxed); }
  bool cancelled() const noexcept { return signal() != 0; }
  /// The signal's number, 0 when not cancelled.
  int signal() const noexcept { return signal_.load(std::memory_order_relaxed); }
  /// Throws Error{interrupted} when cancelled.
  void check() const;

 private:
  std::atomic<int> signal_{0};
};

}  // namespace sidecarctl
