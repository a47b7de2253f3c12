// SPDX-License-Identifier: Apache-2.0
#include "image/verifying_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sidecarctl {

DigestMismatch::DigestMismatch(What what, std::string message)
    : Error(ErrorKind::corrupt, std::move(message)), what_(what) {}

VerifyingSource::VerifyingSource(std::unique_ptr<ByteSource> inner, Digest expected, std::optional<std::uint64_t> size,
                                 std::string what)
    : inner_(std::move(inner)), expected_(expected), size_(size), what_(std::move(what)) {}

std::size_t VerifyingSource::read(std::span<std::byte> out) {
  if (failure_) throw *failure_;
  if (done_ || out.empty()) return 0;
  std::size_t want = out.size();
  if (size_) want = static_cast<std::size_t>(std::min<std::uint64_t>(want, *size_ - seen_));
  const std::size_t got = want == 0 ? 0 : inner_->read(out.first(want));
  if (got == 0) {
    finish();
    return 0;
  }
  hash_.update(out.first(got));
  seen_ += got;
  return got;
}

void VerifyingSource::finish() {
  done_ = true;
  if (size_ && seen_ < *size_) {
    failure_.emplace(DigestMismatch::What::too_short,
                     fmt::format("{} has {} bytes, {} are promised", what_, seen_, *size_));
    throw *failure_;
  }
  if (size_) {
    std::array<std::byte, 1> probe{};
    if (inner_->read(probe) != 0) {
      failure_.emplace(DigestMismatch::What::too_long,
                       fmt::format("{} has more than the {} bytes promised", what_, *size_));
      throw *failure_;
    }
  }
  const Digest actual(hash_.finish());
  if (actual != expected_) {
    failure_.emplace(DigestMismatch::What::digest,
                     fmt::format("the digest of {} is {}, not {}", what_, actual.str(), expected_.str()));
    throw *failure_;
  }
}

}  // namespace sidecarctl
