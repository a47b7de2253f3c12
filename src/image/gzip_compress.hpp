// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/byte_source.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace sidecarctl {

/// gzip of a stream, made while it is pulled (ISA-L). Deterministic: the same input and level give the same bytes
/// (mtime 0, OS 255). Level 0 to 3, as ISA-L counts; 1 is the default of push.
std::unique_ptr<ByteSource> open_gzip_compressed(std::unique_ptr<ByteSource> inner, int level);

}  // namespace sidecarctl
