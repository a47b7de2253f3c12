// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/cancel.hpp"

#include <cstdint>
#include <string>

namespace sidecarctl {

/// An open file, and its name for messages.
struct NamedFile {
  int descriptor;
  std::string name;
};

struct CopiedBytes {
  std::uint64_t size = 0;
  std::string sha256;  ///< 64 lower-case digits.
};

/// Copies a regular file as long as it is now; holes stay holes, so that a sparse file costs what it holds and not what
/// it claims (hashing still takes its length). Throws Error{io}, also when it gets shorter meanwhile, and
/// Error{interrupted}.
CopiedBytes copy_file(const NamedFile& from, const NamedFile& to, const CancelToken& cancel);

}  // namespace sidecarctl
