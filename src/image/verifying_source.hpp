// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/digest.hpp"
#include "util/byte_source.hpp"
#include "util/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sidecarctl {

/// The bytes are not those that the digest or size promises.
class DigestMismatch : public Error {
 public:
  enum class What { too_short, too_long, digest };
  DigestMismatch(What what, std::string message);
  What what_differs() const noexcept { return what_; }

 private:
  What what_;
};

/// Passes bytes on and checks them: never reads more than `size` plus one probing byte, and throws DigestMismatch at
/// the end of data (the read that would return 0) if length or digest differ. Once it has thrown it throws for ever.
class VerifyingSource final : public ByteSource {
 public:
  /// `what` names the bytes in messages: "layer 3 (sha256:ab12...)". Without `size` only the digest is checked.
  VerifyingSource(std::unique_ptr<ByteSource> inner, Digest expected, std::optional<std::uint64_t> size,
                  std::string what);
  std::size_t read(std::span<std::byte> out) override;

 private:
  void finish();

  std::unique_ptr<ByteSource> inner_;
  Digest expected_;
  std::optional<std::uint64_t> size_;
  std::string what_;
  Sha256 hash_;
  std::uint64_t seen_ = 0;
  bool done_ = false;
  std::optional<DigestMismatch> failure_;
};

}  // namespace sidecarctl
