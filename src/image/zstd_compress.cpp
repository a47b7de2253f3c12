// SPDX-License-Identifier: Apache-2.0
#include "image/zstd_compress.hpp"

#include "util/error.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <exception>
#include <vector>

namespace sidecarctl {

namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
};

class ZstdCompressed final : public ByteSource {
 public:
  ZstdCompressed(std::unique_ptr<ByteSource> inner, int level)
      : inner_(std::move(inner)), context_(ZSTD_createCCtx()), input_(ZSTD_CStreamInSize()) {
    SIDECARCTL_CHECK(context_ != nullptr, "libzstd gives no context");
    SIDECARCTL_CHECK(level >= kMinZstdLevel && level <= kMaxZstdLevel, "zstd level out of range");
    set(ZSTD_c_compressionLevel, level);
    set(ZSTD_c_checksumFlag, 1);
  }

  std::size_t read(std::span<std::byte> out) override {
    if (failure_) std::rethrow_exception(failure_);
    if (out.empty()) return 0;
    try {
      return compress(out);
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
  }

 private:
  void set(ZSTD_cParameter parameter, int value) {
    SIDECARCTL_CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), parameter, value)),
                     "libzstd refuses a parameter");
  }

  std::size_t compress(std::span<std::byte> out) {
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    while (output.pos == 0 && !finished_) {
      if (pending_.pos == pending_.size && !input_ended_) {
        pending_ = {input_.data(), inner_->read(input_), 0};
        input_ended_ = pending_.size == 0;
      }
      const std::size_t left =
          ZSTD_compressStream2(context_.get(), &output, &pending_, input_ended_ ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left)) {
        throw Error(ErrorKind::io, fmt::format("zstd cannot compress: {}", ZSTD_getErrorName(left)));
      }
      finished_ = input_ended_ && left == 0;
    }
    return output.pos;
  }

  std::unique_ptr<ByteSource> inner_;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  std::vector<std::byte> input_;
  ZSTD_inBuffer pending_{nullptr, 0, 0};
  bool input_ended_ = false, finished_ = false;
  std::exception_ptr failure_;
};

}  // namespace

std::unique_ptr<ByteSource> open_zstd_compressed(std::unique_ptr<ByteSource> inner, int level) {
  return std::make_unique<ZstdCompressed>(std::move(inner), level);
}

}  // namespace sidecarctl
