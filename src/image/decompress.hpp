// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "util/byte_source.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace sidecarctl {

/// Told by magic bytes (up to 8 are enough; zstd also by a skippable frame). `unknown` for anything that is not one of
/// the compressions and does not look like a tar either; an empty text is `none`.
Compression detect_compression(std::string_view head) noexcept;

/// The unpacked bytes of a stream whose compression is told by its first bytes: gzip (one or many members), zstd (with
/// skippable frames), xz, bzip2, or as they are. Reads the inner source to its end before it returns 0, so that a
/// verifying inner source has seen everything; bytes after the last member throw Error{corrupt}, except zero padding.
/// Truncated or damaged data throws Error{corrupt} naming `what`. Memory is bounded: windows above 128 MiB are refused.
std::unique_ptr<ByteSource> open_decompressed(std::unique_ptr<ByteSource> inner, std::string what);

}  // namespace sidecarctl
