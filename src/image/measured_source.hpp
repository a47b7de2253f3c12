// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/digest.hpp"
#include "util/byte_source.hpp"
#include "util/sha256.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace sidecarctl {

/// What passed through a MeasuredSource. The counters may be looked at from another thread at any time.
struct Measurement {
  std::atomic<std::uint64_t> read = 0;
  std::atomic<std::uint64_t> skipped = 0;  ///< Passed over without a look: then there is no digest.
  std::atomic<bool> longer = false;        ///< The limit was reached and there was more.
  std::optional<Digest> digest;            ///< After the end, when every byte was read.
  std::uint64_t total() const noexcept { return read + skipped; }
};

/// Passes bytes on and notes their number and digest. Unlike VerifyingSource it does not judge: a layer with a wrong
/// digest is still worth reading, and one look finds every promise that is broken.
class MeasuredSource final : public ByteSource {
 public:
  enum class Digesting { yes, no };
  /// Never passes on more than `limit` bytes plus a probing one that it keeps: an endless source ends. With
  /// Digesting::no skip() is passed on, else it reads.
  MeasuredSource(std::unique_ptr<ByteSource> inner, std::optional<std::uint64_t> limit, Digesting digesting,
                 std::shared_ptr<Measurement> result);
  std::size_t read(std::span<std::byte> out) override;
  std::uint64_t skip(std::uint64_t count) override;

 private:
  std::uint64_t room() const noexcept;
  std::size_t finish();

  std::unique_ptr<ByteSource> inner_;
  std::optional<std::uint64_t> limit_;
  std::shared_ptr<Measurement> result_;
  std::optional<Sha256> hash_;
  bool done_ = false;
};

}  // namespace sidecarctl
