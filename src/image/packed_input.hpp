// SPDX-License-Identifier: Apache-2.0
// The packed side of a decompressor: buffered reading with a look ahead.
#pragma once

#include "util/byte_source.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// Bytes of an inner source, a block at a time. What was not consumed stays available.
class PackedInput {
 public:
  PackedInput(std::unique_ptr<ByteSource> inner, std::string what);

  /// Makes at least one byte available; false at the end of the source.
  bool fill();
  /// Makes `count` bytes available (at most a block) where the source has them.
  std::span<const std::byte> peek(std::size_t count);
  std::span<std::byte> available() noexcept { return std::span(buffer_).subspan(begin_, end_ - begin_); }
  void consume(std::size_t count) noexcept { begin_ += count; }
  const std::string& what() const noexcept { return what_; }

  /// Reads the rest, which may only be zeros: some writers pad to a block. Throws DamagedData for anything else.
  void require_zero_padding();
  [[noreturn]] void fail_truncated(std::string_view format) const;
  [[noreturn]] void fail_undecodable(std::string_view format, std::string_view reason) const;

 private:
  std::unique_ptr<ByteSource> inner_;
  std::string what_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0, end_ = 0;
};

/// The decompressors behind open_decompressed(); each leaves sticky errors to its caller.
std::unique_ptr<ByteSource> open_plain(PackedInput input);
std::unique_ptr<ByteSource> open_gzip(PackedInput input);
std::unique_ptr<ByteSource> open_zstd(PackedInput input);
/// xz and bzip2.
std::unique_ptr<ByteSource> open_by_libarchive(PackedInput input, bool is_xz);

}  // namespace sidecarctl
