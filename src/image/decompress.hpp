// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "util/byte_source.hpp"
#include "util/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sidecarctl {

/// The bytes of a layer do not hold what they must: cut short, not unpackable, or no tar.
class DamagedData : public Error {
 public:
  DamagedData(LayerFault::Kind fault, std::string message)
      : Error(ErrorKind::corrupt, std::move(message)), fault_(fault) {}
  LayerFault::Kind fault() const noexcept { return fault_; }

 private:
  LayerFault::Kind fault_;
};

/// A window or dictionary above this would cost more memory than the whole program may use otherwise.
inline constexpr std::uint64_t kMaxWindowSize = 128ULL * 1024 * 1024;

/// Told by magic bytes (up to 8 are enough; zstd also by a skippable frame). `unknown` for anything that is not one of
/// the compressions and does not look like a tar either; an empty text is `none`. A tar is told for sure by its first
/// 512 bytes; of fewer, only those that cannot begin a file name are `unknown`.
Compression detect_compression(std::string_view head) noexcept;

/// The unpacked bytes of a stream whose compression is told by its first bytes: gzip (one or many members), zstd (with
/// skippable frames), xz, bzip2, or as they are. Reads the inner source to its end before it returns 0, so that a
/// verifying inner source has seen everything; bytes after the last member throw DamagedData, except zero padding.
/// Truncated or damaged data throws DamagedData naming `what`. Memory is bounded: windows above 128 MiB are refused.
std::unique_ptr<ByteSource> open_decompressed(std::unique_ptr<ByteSource> inner, std::string what);

}  // namespace sidecarctl
