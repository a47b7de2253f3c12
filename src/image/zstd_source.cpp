// SPDX-License-Identifier: Apache-2.0
#include "image/decompress.hpp"
#include "image/packed_input.hpp"

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <bit>
#include <memory>
#include <new>

namespace sidecarctl {

namespace {

/// Frame after frame; the library passes over skippable ones by itself.
class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(PackedInput input) : input_(std::move(input)), context_(ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, std::bit_width(kMaxWindowSize) - 1);
  }

  std::size_t read(std::span<std::byte> out) override {
    while (true) {
      const bool has_input = input_.fill();
      if (between_frames_) {
        if (!has_input) return 0;
        if (!first_ && input_.available().front() == std::byte{0}) {
          input_.require_zero_padding();
          return 0;
        }
      }
      if (const std::size_t got = decompress(out, has_input)) return got;
    }
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
  };

  std::size_t decompress(std::span<std::byte> out, bool has_input) {
    const auto bytes = input_.available();
    ZSTD_inBuffer packed{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer unpacked{out.data(), out.size(), 0};
    const std::size_t code = ZSTD_decompressStream(context_.get(), &unpacked, &packed);
    if (ZSTD_isError(code) != 0) fail(code);
    input_.consume(packed.pos);
    between_frames_ = code == 0;
    first_ = false;
    if (!has_input && !between_frames_ && unpacked.pos == 0) input_.fail_truncated("zstd");
    return unpacked.pos;
  }

  [[noreturn]] void fail(std::size_t code) {
    if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge) {
      input_.fail_undecodable("zstd", fmt::format("its window is larger than {} MiB", kMaxWindowSize >> 20U));
    }
    input_.fail_undecodable("zstd", ZSTD_getErrorName(code));
  }

  PackedInput input_;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool between_frames_ = true, first_ = true;
};

}  // namespace

std::unique_ptr<ByteSource> open_zstd(PackedInput input) {
  return std::make_unique<ZstdSource>(std::move(input));
}

}  // namespace sidecarctl
