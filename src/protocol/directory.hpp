// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/descriptor.hpp"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace sidecarctl::protocol {

/// A folder that others may write to, held open. Every name is looked up from the descriptor and no link is followed,
/// so that nobody who can write to the folder can lead us out of it. Functions that fail give -1 or false and leave
/// errno.
class Directory {
 public:
  /// False when `path` is no folder.
  bool open(const std::string& path);
  const std::string& path() const noexcept { return path_; }
  int descriptor() const noexcept { return descriptor_.get(); }

  /// Something of that name is there, whatever it is: consumers of the protocol test existence and nothing else.
  bool exists(std::string_view name) const;
  /// The content of a regular file below the folder; false when there is none or it has more than `limit` bytes.
  bool read_file(std::string_view name, std::size_t limit, std::string& content) const;
  /// A regular file below the folder, opened for reading without following a link in any part of `name`.
  Descriptor open_below(std::string_view name) const;
  /// A new regular file for writing, mode 0644 whatever the umask. What stood there before is removed.
  Descriptor create(std::string_view name) const;
  /// An existing regular file with one name, or a new one, for appending.
  Descriptor open_append(std::string_view name) const;
  /// `name` still is the file behind `descriptor`.
  bool is_same(std::string_view name, int descriptor) const;
  bool rename(std::string_view from, std::string_view to) const;
  /// Removes a file or an empty folder; true when nothing of that name is left.
  bool remove(std::string_view name) const;
  /// Makes names durable.
  void sync() const;

 private:
  Descriptor open_part(int folder, const std::string& part, bool last) const;
  bool listed(std::string_view name) const;

  std::string path_;
  Descriptor descriptor_;
  bool network_ = false;  ///< NFS remembers that a name was missing: only a listing tells the truth in time.
};

/// Writes all of `text` at the descriptor's position; false leaves errno.
bool write_all(int descriptor, std::string_view text);

}  // namespace sidecarctl::protocol
