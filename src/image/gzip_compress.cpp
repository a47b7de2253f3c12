// SPDX-License-Identifier: Apache-2.0
#include "image/gzip_compress.hpp"

#include "util/error.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <vector>

namespace sidecarctl {

namespace {

/// Fixed sizes on both sides of the compressor: its blocks depend on how much it gets at once, and the same layer must
/// give the same bytes whatever the reads around us are.
constexpr std::size_t kInputSize = 256 * 1024;
constexpr std::size_t kOutputSize = 256 * 1024;
constexpr std::array<std::uint32_t, 4> kLevelBuffers{ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT,
                                                     ISAL_DEF_LVL2_DEFAULT, ISAL_DEF_LVL3_DEFAULT};

class GzipCompressedSource final : public ByteSource {
 public:
  GzipCompressedSource(std::unique_ptr<ByteSource> inner, int level)
      : inner_(std::move(inner)),
        stream_(std::make_unique<isal_zstream>()),
        level_buffer_(kLevelBuffers.at(static_cast<std::size_t>(level))),
        input_(kInputSize),
        output_(kOutputSize) {
    isal_deflate_init(stream_.get());
    stream_->level = static_cast<std::uint32_t>(level);
    stream_->level_buf = level_buffer_.data();
    stream_->level_buf_size = static_cast<std::uint32_t>(level_buffer_.size());
    stream_->gzip_flag = IGZIP_GZIP;
    stream_->flush = NO_FLUSH;
  }

  std::size_t read(std::span<std::byte> out) override {
    if (failure_) std::rethrow_exception(failure_);
    if (out.empty()) return 0;
    try {
      while (begin_ == end_ && !finished_) compress();
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
    const std::size_t count = std::min(out.size(), end_ - begin_);
    std::memcpy(out.data(), output_.data() + begin_, count);
    begin_ += count;
    return count;
  }

 private:
  void compress() {
    if (stream_->avail_in == 0 && stream_->end_of_stream == 0) fill_input();
    stream_->next_out = output_.data();
    stream_->avail_out = static_cast<std::uint32_t>(output_.size());
    if (isal_deflate(stream_.get()) != COMP_OK) throw Error(ErrorKind::tool, "the gzip compressor failed");
    begin_ = 0;
    end_ = output_.size() - stream_->avail_out;
    finished_ = stream_->internal_state.state == ZSTATE_END;
  }

  void fill_input() {
    std::size_t filled = 0;
    while (filled < input_.size()) {
      const std::size_t got = inner_->read(std::as_writable_bytes(std::span(input_).subspan(filled)));
      if (got == 0) {
        stream_->end_of_stream = 1;
        break;
      }
      filled += got;
    }
    stream_->next_in = input_.data();
    stream_->avail_in = static_cast<std::uint32_t>(filled);
  }

  std::unique_ptr<ByteSource> inner_;
  std::unique_ptr<isal_zstream> stream_;
  std::vector<std::uint8_t> level_buffer_, input_, output_;
  std::size_t begin_ = 0, end_ = 0;
  bool finished_ = false;
  std::exception_ptr failure_;
};

}  // namespace

std::unique_ptr<ByteSource> open_gzip_compressed(std::unique_ptr<ByteSource> inner, int level) {
  SIDECARCTL_CHECK(level >= 0 && level <= 3, "ISA-L has the levels 0 to 3");
  return std::make_unique<GzipCompressedSource>(std::move(inner), level);
}

}  // namespace sidecarctl
