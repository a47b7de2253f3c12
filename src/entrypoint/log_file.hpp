// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/directory.hpp"

#include <cstdint>
#include <string_view>

namespace sidecarctl::entrypoint {

/// `logfile` in the volume. It never grows beyond its limit: at half of it, what was written becomes `logfile.1` and a
/// new file begins, so the end of a log, where errors are, is always there. A full disk loses lines, counted, and
/// nothing else.
class LogFile {
 public:
  /// `limit` 0: no log.
  LogFile(const protocol::Directory& folder, std::uint64_t limit) noexcept : folder_(&folder), limit_(limit) {}

  /// A new file, or the end of the one that is there.
  void open(bool append);
  /// Whole lines.
  void write(std::string_view lines);
  /// Gives its space back to the status, which matters more.
  void truncate();
  std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  void rotate();

  const protocol::Directory* folder_;
  std::uint64_t limit_;
  protocol::Descriptor file_;
  std::uint64_t size_ = 0;
  std::uint64_t dropped_ = 0;
  bool cut_ = false;  ///< The last write ended within a line.
};

}  // namespace sidecarctl::entrypoint
