// SPDX-License-Identifier: Apache-2.0
#include "image/measured_source.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace sidecarctl {

MeasuredSource::MeasuredSource(std::unique_ptr<ByteSource> inner, std::optional<std::uint64_t> limit,
                               Digesting digesting, std::shared_ptr<Measurement> result)
    : inner_(std::move(inner)), limit_(limit), result_(std::move(result)) {
  if (digesting == Digesting::yes) hash_.emplace();
}

std::uint64_t MeasuredSource::room() const noexcept {
  return limit_ ? *limit_ - result_->total() : std::numeric_limits<std::uint64_t>::max();
}

std::size_t MeasuredSource::read(std::span<std::byte> out) {
  if (done_ || out.empty()) return 0;
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), room()));
  const std::size_t got = want == 0 ? 0 : inner_->read(out.first(want));
  if (got == 0) return finish();
  if (hash_) hash_->update(out.first(got));
  result_->read += got;
  return got;
}

std::uint64_t MeasuredSource::skip(std::uint64_t count) {
  if (hash_) return ByteSource::skip(count);
  if (done_) return 0;
  const std::uint64_t done = inner_->skip(std::min(count, room()));
  result_->skipped += done;
  return done;
}

std::size_t MeasuredSource::finish() {
  std::array<std::byte, 1> probe{};
  if (limit_ && room() == 0 && inner_->read(probe) != 0) result_->longer = true;
  done_ = true;
  if (hash_) result_->digest.emplace(hash_->finish());
  return 0;
}

}  // namespace sidecarctl
