// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sidecarctl::entrypoint {

/// Passes the command's bytes on to our own stdout or stderr at once and unchanged, without ever blocking: a reader
/// that stops reading first makes the command wait, as without us, and after kStall loses what comes until it reads
/// again.
class Relay {
 public:
  explicit Relay(int descriptor) noexcept : descriptor_(descriptor) {}

  void push(std::string_view bytes, std::int64_t now);
  /// Writes what can be written now.
  void flush(std::int64_t now);
  /// No more is taken from the command until this is false.
  bool is_full() const noexcept { return pending_.size() >= kMaxPending; }
  bool has_pending() const noexcept { return !pending_.empty(); }
  int descriptor() const noexcept { return descriptor_; }

  static constexpr std::size_t kMaxPending = 64 * 1024;
  static constexpr std::int64_t kStall = 10'000;

 private:
  int descriptor_;
  std::string pending_;
  std::int64_t stalled_since_ = -1;
};

}  // namespace sidecarctl::entrypoint
