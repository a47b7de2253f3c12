// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "util/byte_source.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace sidecarctl {

/// One header of a tar, PAX and GNU extensions applied. Strings are the archive's bytes: nothing is cleaned or
/// converted.
struct TarEntry {
  std::string path;
  FileType type = FileType::file;
  bool is_hardlink = false;
  std::string link_target;  ///< Of a symlink or hard link.
  std::uint32_t mode = 0;   ///< 07777
  std::uint64_t uid = 0, gid = 0, size = 0;
  std::string access_acl;       ///< Raw value of the xattr system.posix_acl_access.
  bool has_capability = false;  ///< xattr security.capability
  std::uint64_t body_offset =
      0;  ///< Where the content starts in the unpacked archive; with holes it is not in one piece.
  bool has_holes = false;
};

/// Walks a tar once, in order. Content that is not asked for is passed over with ByteSource::skip.
class TarReader {
 public:
  /// `source` must outlive this. `what` names the archive in messages. It is read in blocks of `block_size`.
  TarReader(ByteSource& source, std::string what, std::size_t block_size);
  ~TarReader();

  /// The next entry, nullptr after the last; valid until the next call. Throws DamagedData for a broken or cut archive,
  /// and what the source throws, for ever. Does not read what follows the end-of-archive marker.
  const TarEntry* next();
  /// The next bytes of the current entry's content; 0 at its end.
  std::size_t read(std::span<std::byte> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sidecarctl
