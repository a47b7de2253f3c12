// SPDX-License-Identifier: Apache-2.0
#include "image/packed_input.hpp"

#include "image/decompress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace sidecarctl {

namespace {
/// Large enough that neither system calls nor TLS records count, small enough for a cache.
constexpr std::size_t kBlockSize = 256UL * 1024;
}  // namespace

PackedInput::PackedInput(std::unique_ptr<ByteSource> inner, std::string what)
    : inner_(std::move(inner)), what_(std::move(what)), buffer_(kBlockSize) {}

bool PackedInput::fill() {
  if (begin_ < end_) return true;
  begin_ = 0;
  end_ = 0;
  end_ = inner_->read(buffer_);
  return end_ != 0;
}

std::span<const std::byte> PackedInput::peek(std::size_t count) {
  if (begin_ != 0) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (end_ < std::min(count, buffer_.size())) {
    const std::size_t got = inner_->read(std::span(buffer_).subspan(end_));
    if (got == 0) break;
    end_ += got;
  }
  return available().first(std::min(count, end_));
}

void PackedInput::require_zero_padding() {
  while (fill()) {
    const auto rest = available();
    if (std::any_of(rest.begin(), rest.end(), [](std::byte byte) { return byte != std::byte{0}; })) {
      throw DamagedData(LayerFault::Kind::undecodable, fmt::format("{} has other bytes after its packed data", what_));
    }
    consume(rest.size());
  }
}

void PackedInput::fail_truncated(std::string_view format) const {
  throw DamagedData(LayerFault::Kind::truncated, fmt::format("the {} data of {} is cut short", format, what_));
}

void PackedInput::fail_undecodable(std::string_view format, std::string_view reason) const {
  throw DamagedData(LayerFault::Kind::undecodable,
                    fmt::format("the {} data of {} is damaged: {}", format, what_, reason));
}

}  // namespace sidecarctl
