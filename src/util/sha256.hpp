// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace sidecarctl {

using Sha256Bytes = std::array<std::uint8_t, 32>;

/// Incremental SHA-256 (OpenSSL EVP). Movable, not copyable.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text) { update(std::as_bytes(std::span(text))); }
  /// Call once; the object is spent afterwards.
  Sha256Bytes finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Bytes sha256(std::string_view text);

}  // namespace sidecarctl
