// SPDX-License-Identifier: Apache-2.0
// xz and bzip2. No container tool writes layers like that today; `docker load` takes them, so we read them.
#include "image/archive_input.hpp"
#include "image/decompress.hpp"
#include "image/packed_input.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace sidecarctl {

namespace {

constexpr std::size_t kBlockSize = 64 * 1024;
/// The xz stream header (12 bytes) and the largest block header.
constexpr std::size_t kHeadSize = 12 + 1024;
/// "7zXZ" filter id of LZMA2 and the size of its properties (xz file format, section 5.3.1).
constexpr std::byte kLzma2{0x21};

/// The dictionary that the first block asks for, 0 when the header cannot be read: then the decoder will say why. Later
/// blocks are not looked at; liblzma touches only as much of a dictionary as there is data.
std::uint64_t xz_dictionary_size(std::span<const std::byte> head) noexcept {
  constexpr std::size_t kBlockHeader = 12;
  if (head.size() < kBlockHeader + 2) return 0;
  const std::size_t length = (std::to_integer<std::size_t>(head[kBlockHeader]) + 1) * 4;
  const auto header = head.subspan(kBlockHeader, std::min(length, head.size() - kBlockHeader));
  for (std::size_t i = 2; i + 2 < header.size(); ++i) {
    if (header[i] != kLzma2 || header[i + 1] != std::byte{1}) continue;
    const auto bits = std::to_integer<unsigned>(header[i + 2]);
    if (bits > 40) return 0;
    return (2ULL | (bits & 1U)) << (bits / 2 + 11);
  }
  return 0;
}

/// Remembers what it gave last, so that what libarchive left of it can be looked at.
class InputSource final : public ByteSource {
 public:
  explicit InputSource(PackedInput& input) : input_(input) {}
  std::size_t read(std::span<std::byte> out) override {
    if (!input_.fill()) return 0;
    const auto bytes = input_.available();
    const std::size_t count = std::min(out.size(), bytes.size());
    std::copy_n(bytes.begin(), count, out.begin());
    // The look for a further stream wants up to 14 bytes, which may lie in two blocks.
    constexpr std::size_t kLookAhead = 32;
    if (recent_.size() > kLookAhead) recent_.erase(recent_.begin(), recent_.end() - kLookAhead);
    recent_.insert(recent_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    input_.consume(count);
    return count;
  }
  std::span<const std::byte> last(std::uint64_t count) const noexcept {
    return std::span(recent_).last(static_cast<std::size_t>(std::min<std::uint64_t>(count, recent_.size())));
  }

 private:
  PackedInput& input_;
  std::vector<std::byte> recent_;
};

class ArchiveFilterSource final : public ByteSource {
 public:
  ArchiveFilterSource(PackedInput input, bool is_xz)
      : input_(std::move(input)),
        format_(is_xz ? "xz" : "bzip2"),
        filter_(is_xz ? ARCHIVE_FILTER_XZ : ARCHIVE_FILTER_BZIP2),
        source_(input_),
        archive_(source_, kBlockSize) {
    if (is_xz && xz_dictionary_size(input_.peek(kHeadSize)) > kMaxWindowSize) {
      input_.fail_undecodable(format_, fmt::format("its dictionary is larger than {} MiB", kMaxWindowSize >> 20U));
    }
    archive* const handle = archive_.handle();
    if (is_xz) {
      archive_read_support_filter_xz(handle);
    } else {
      archive_read_support_filter_bzip2(handle);
    }
    archive_read_support_format_raw(handle);
    archive_read_support_format_empty(handle);
  }

  std::size_t read(std::span<std::byte> out) override {
    if (!opened_ && !open()) return 0;
    const auto got = archive_read_data(archive_.handle(), out.data(), out.size());
    archive_.check(0);
    if (got < 0) fail();
    if (got == 0) require_end();
    return static_cast<std::size_t>(got);
  }

 private:
  /// False: nothing is packed in there.
  bool open() {
    opened_ = true;
    if (archive_.check(archive_.open()) < ARCHIVE_WARN) fail();
    // A few bytes that no filter recognises would pass as they are.
    if (archive_filter_code(archive_.handle(), 0) != filter_) input_.fail_truncated(format_);
    archive_entry* entry = nullptr;
    const int code = archive_.check(archive_read_next_header(archive_.handle(), &entry));
    if (code == ARCHIVE_EOF) {
      require_end();
      return false;
    }
    if (code < ARCHIVE_WARN) fail();
    return true;
  }

  /// libarchive ends in silence at bytes that are no further stream; what it left is its last block's tail and the
  /// rest.
  void require_end() {
    const auto consumed = static_cast<std::uint64_t>(archive_filter_bytes(archive_.handle(), -1));
    const auto left = source_.last(archive_.delivered() - consumed);
    if (std::any_of(left.begin(), left.end(), [](std::byte byte) { return byte != std::byte{0}; })) {
      input_.fail_undecodable(format_, "other bytes follow");
    }
    input_.require_zero_padding();
  }

  [[noreturn]] void fail() {
    const std::string_view reason = archive_.error();
    for (const std::string_view truncated :
         {"truncated", "No progress"}) {  // Of bzip2, and of liblzma (LZMA_BUF_ERROR).
      if (reason.find(truncated) != std::string_view::npos) input_.fail_truncated(format_);
    }
    input_.fail_undecodable(format_, reason);
  }

  PackedInput input_;
  std::string_view format_;
  int filter_;
  InputSource source_;
  ArchiveInput archive_;
  bool opened_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> open_by_libarchive(PackedInput input, bool is_xz) {
  return std::make_unique<ArchiveFilterSource>(std::move(input), is_xz);
}

}  // namespace sidecarctl
