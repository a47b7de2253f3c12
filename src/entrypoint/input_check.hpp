// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/directory.hpp"
#include "protocol/sha256.hpp"
#include "protocol/start_flag.hpp"

#include <string>

namespace sidecarctl::entrypoint {

/// Reads start_flag and compares the inputs it lists with the volume, a piece at a time, so that signals are heard
/// meanwhile.
class InputCheck {
 public:
  enum class Step { more, wait, good, bad };

  explicit InputCheck(const protocol::Directory& folder) noexcept : folder_(&folder) {}

  void begin(std::int64_t now);
  /// `wait`: the flag may still be being written; ask again at the next change or look.
  Step step(std::int64_t now);
  const std::string& run_id() const noexcept { return flag_.run_id; }
  const std::string& reason() const noexcept { return reason_; }

  static constexpr std::int64_t kWriteTime = 2000;  ///< For a driver that writes the manifest in place.

 private:
  Step read_flag(std::int64_t now);
  Step open_next();
  Step hash_piece();
  Step fail(std::string reason);

  const protocol::Directory* folder_;
  protocol::StartFlag flag_;
  std::string reason_;
  std::int64_t give_up_ = 0;
  bool read_ = false;
  std::size_t next_ = 0;
  protocol::Descriptor file_;
  protocol::SmallSha256 hash_;
};

}  // namespace sidecarctl::entrypoint
