// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/directory.hpp"

#include <cstdint>
#include <string_view>

namespace sidecarctl::entrypoint {

/// The file whose time of change says that we live, and whose first word says what we do. "running" left by another
/// process means that a run was cut off.
class Heartbeat {
 public:
  Heartbeat(const protocol::Directory& folder, std::int64_t every) noexcept : folder_(&folder), every_(every) {}

  bool was_cut_off() const;
  /// Writes when the word changed or its time has come.
  void beat(std::int64_t now, std::string_view word);
  void remove();
  std::int64_t next() const noexcept { return every_ == 0 ? -1 : next_; }

 private:
  const protocol::Directory* folder_;
  std::int64_t every_;
  std::int64_t next_ = 0;
  std::string_view word_;
};

}  // namespace sidecarctl::entrypoint
