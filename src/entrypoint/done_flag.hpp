// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/directory.hpp"
#include "protocol/status.hpp"

namespace sidecarctl::entrypoint {

/// Writes `done_flag`: whole and on disk before it appears by rename. The file it is written into is made, full of
/// zeros, before the command runs, so that a full volume still has room for the status.
class DoneFlag {
 public:
  explicit DoneFlag(const protocol::Directory& folder) noexcept : folder_(&folder) {}

  void reserve();
  /// False: the volume does not take it (errno says why); call again later.
  bool publish(const protocol::Status& status);
  /// Removes what was reserved and not used.
  void release();

  static constexpr std::size_t kReserve = 16 * 1024;

 private:
  bool write_reserved(const std::string& text);
  bool write_new(const std::string& text);

  const protocol::Directory* folder_;
  protocol::Descriptor file_;
};

}  // namespace sidecarctl::entrypoint
