// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/byte_source.hpp"

#include <memory>

namespace sidecarctl {

inline constexpr int kMinZstdLevel = 1;
/// Levels above use windows larger than 8 MiB, which readers may refuse (RFC 8878, section 3.1.1.1.2).
inline constexpr int kMaxZstdLevel = 19;

/// zstd of a stream, made while it is pulled: one frame, with a content checksum. Deterministic for one version of
/// libzstd.
std::unique_ptr<ByteSource> open_zstd_compressed(std::unique_ptr<ByteSource> inner, int level);

}  // namespace sidecarctl
