// SPDX-License-Identifier: Apache-2.0
// libarchive reading from a ByteSource: the one place where it calls us back.
#pragma once

#include "util/byte_source.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <vector>

struct archive;

namespace sidecarctl {

/// A `struct archive` for reading whose bytes come from `source`. Choose formats and filters on handle(), then open().
class ArchiveInput {
 public:
  /// `source` must outlive this. A larger block means fewer calls; a smaller one reads less of what is skipped.
  ArchiveInput(ByteSource& source, std::size_t block_size);
  ~ArchiveInput();
  ArchiveInput(const ArchiveInput&) = delete;
  ArchiveInput& operator=(const ArchiveInput&) = delete;

  archive* handle() const noexcept { return archive_; }
  /// Does not throw what the archive holds; look at the result as for every libarchive call: `check(open())`.
  int open();
  /// Call with the result of every libarchive function that may read: throws what a callback caught, whatever the
  /// function returned, because libarchive may ignore a failed read when it has all it wanted.
  int check(int result);
  /// The source has ended (its read returned 0).
  bool at_end() const noexcept { return at_end_; }
  /// Bytes of the source that were read or skipped.
  std::uint64_t delivered() const noexcept { return delivered_; }
  /// What libarchive says about its last failure, or "".
  const char* error() const noexcept;

  std::ptrdiff_t read_block(const void** data) noexcept;
  std::int64_t skip(std::int64_t count) noexcept;

 private:
  ByteSource& source_;
  archive* archive_;
  std::vector<std::byte> buffer_;
  std::uint64_t delivered_ = 0;
  bool at_end_ = false;
  std::exception_ptr pending_;
};

}  // namespace sidecarctl
