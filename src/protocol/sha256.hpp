// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sidecarctl::protocol {

/// SHA-256 (FIPS 180-4) without a library: the static entrypoint links none. The tool itself uses util/sha256.hpp.
class SmallSha256 {
 public:
  void update(const void* data, std::size_t size) noexcept;
  /// 64 lower-case digits. Call once.
  std::string finish();

 private:
  void block(const unsigned char* bytes) noexcept;

  std::uint32_t state_[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  unsigned char pending_[64] = {};
  std::size_t pending_size_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace sidecarctl::protocol
