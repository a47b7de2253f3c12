// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/byte_source.hpp"

#include <memory>

namespace sidecarctl {

/// The same bytes, read by a thread of its own a few blocks ahead, so that unpacking and what is done with the bytes
/// overlap. Errors of `inner` come out where they belong in the stream, and stay. Destroying it early waits for the one
/// read that may be going on.
std::unique_ptr<ByteSource> open_read_ahead(std::unique_ptr<ByteSource> inner);

}  // namespace sidecarctl
