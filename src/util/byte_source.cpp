// SPDX-License-Identifier: Apache-2.0
#include "util/byte_source.hpp"

#include "util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sidecarctl {

namespace {
constexpr std::size_t kBufferSize = 128 * 1024;
}

std::uint64_t ByteSource::skip(std::uint64_t count) {
  std::array<std::byte, kBufferSize> buffer;
  std::uint64_t done = 0;
  while (done < count) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(count - done, buffer.size()));
    const std::size_t got = read(std::span(buffer).first(want));
    if (got == 0) break;
    done += got;
  }
  return done;
}

std::size_t StringSource::read(std::span<std::byte> out) {
  const std::size_t count = std::min(out.size(), text_.size() - position_);
  std::memcpy(out.data(), text_.data() + position_, count);
  position_ += count;
  return count;
}

std::uint64_t StringSource::skip(std::uint64_t count) {
  const std::uint64_t step = std::min<std::uint64_t>(count, text_.size() - position_);
  position_ += static_cast<std::size_t>(step);
  return step;
}

std::string read_all(ByteSource& source, std::uint64_t limit, std::string_view what) {
  std::string text = read_up_to(source, static_cast<std::size_t>(limit) + 1);
  if (text.size() > limit) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is longer than the limit of {} bytes", what, limit));
  }
  return text;
}

std::uint64_t drain(ByteSource& source) {
  std::array<std::byte, kBufferSize> buffer;
  std::uint64_t total = 0;
  while (const std::size_t got = source.read(buffer)) total += got;
  return total;
}

}  // namespace sidecarctl
