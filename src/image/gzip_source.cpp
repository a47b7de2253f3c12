// SPDX-License-Identifier: Apache-2.0
#include "image/packed_input.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <memory>

namespace sidecarctl {

namespace {

const char* reason_of(int code) noexcept {
  switch (code) {
    case ISAL_INVALID_BLOCK: return "a deflate block is not valid";
    case ISAL_INVALID_SYMBOL: return "a deflate symbol is not valid";
    case ISAL_INVALID_LOOKBACK: return "a deflate distance points before the start";
    case ISAL_INVALID_WRAPPER: return "the gzip header is not valid";
    case ISAL_UNSUPPORTED_METHOD: return "the method is not deflate";
    case ISAL_INCORRECT_CHECKSUM: return "the checksum or length at the end does not match";
    default: return "the decoder failed";
  }
}

/// One member after the other. The header is read by a call of its own: isal_inflate would forget its flags when a
/// header is spread over two blocks.
class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(PackedInput input) : input_(std::move(input)), state_(std::make_unique<inflate_state>()) {}

  std::size_t read(std::span<std::byte> out) override {
    while (true) {
      if (phase_ == Phase::between && !start_member()) return 0;
      if (phase_ == Phase::header) read_header();
      if (const std::size_t got = inflate(out)) return got;
    }
  }

 private:
  enum class Phase { between, header, body };

  bool start_member() {
    if (!input_.fill()) {
      if (first_) input_.fail_truncated("gzip");
      return false;
    }
    if (!first_ && input_.available().front() == std::byte{0}) {
      input_.require_zero_padding();
      return false;
    }
    const auto magic = input_.peek(2);
    if (!first_ && (magic.size() < 2 || magic[0] != std::byte{0x1f} || magic[1] != std::byte{0x8b})) {
      input_.require_zero_padding();  // Throws: the first byte is not zero.
    }
    first_ = false;
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP_NO_HDR_VER;
    isal_gzip_header_init(&header_);
    phase_ = Phase::header;
    return true;
  }

  void read_header() {
    while (true) {
      if (!input_.fill()) input_.fail_truncated("gzip");
      offer_input();
      const int code = isal_read_gzip_header(state_.get(), &header_);
      take_input();
      if (code == ISAL_DECOMP_OK) break;
      if (code != ISAL_END_INPUT) input_.fail_undecodable("gzip", reason_of(code));
    }
    phase_ = Phase::body;
  }

  std::size_t inflate(std::span<std::byte> out) {
    const bool has_input = input_.fill();
    offer_input();
    const std::size_t room = std::min<std::size_t>(out.size(), UINT32_MAX);
    state_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
    state_->avail_out = static_cast<std::uint32_t>(room);
    const int code = isal_inflate(state_.get());
    const std::size_t consumed = take_input();
    const std::size_t produced = room - state_->avail_out;
    if (code != ISAL_DECOMP_OK) input_.fail_undecodable("gzip", reason_of(code));
    if (state_->block_state == ISAL_BLOCK_FINISH) {
      phase_ = Phase::between;
    } else if (produced == 0 && consumed == 0 && !has_input) {
      input_.fail_truncated("gzip");
    }
    return produced;
  }

  void offer_input() {
    const auto bytes = input_.available();
    offered_ = bytes.size();
    state_->next_in = reinterpret_cast<std::uint8_t*>(bytes.data());
    state_->avail_in = static_cast<std::uint32_t>(bytes.size());
  }
  std::size_t take_input() {
    const std::size_t used = offered_ - state_->avail_in;
    input_.consume(used);
    return used;
  }

  PackedInput input_;
  std::unique_ptr<inflate_state> state_;
  isal_gzip_header header_{};
  std::size_t offered_ = 0;
  Phase phase_ = Phase::between;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<ByteSource> open_gzip(PackedInput input) {
  return std::make_unique<GzipSource>(std::move(input));
}

}  // namespace sidecarctl
