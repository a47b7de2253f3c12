// SPDX-License-Identifier: Apache-2.0
#include "image/decompress.hpp"

#include "image/packed_input.hpp"
#include "image/tar_header.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

namespace sidecarctl {

namespace {

struct Magic {
  std::string_view bytes;
  Compression compression;
};
constexpr std::array kMagics{
    Magic{"\x1f\x8b", Compression::gzip},
    Magic{"\x28\xb5\x2f\xfd", Compression::zstd},
    Magic{std::string_view("\xfd\x37\x7a\x58\x5a\x00", 6), Compression::xz},
    Magic{"BZh", Compression::bzip2},
};

/// zstd's skippable frames have 16 magic numbers, 0x184D2A50 to 0x184D2A5F, little-endian.
bool is_skippable_frame(std::string_view head) noexcept {
  return head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xf0U) == 0x50 &&
         head.substr(1, 3) == "\x2a\x4d\x18";
}

/// "BZh" is also a fine file name; the block size digit and the first block's (or the end's) magic make it sure.
bool is_bzip2(std::string_view head) noexcept {
  if (head.size() > 3 && (head[3] < '1' || head[3] > '9')) return false;
  return head.size() < 5 || head[4] == '\x31' || head[4] == '\x17';
}

/// The checksum field is octal, of all bytes of the block with itself counted as blanks. Old writers summed signed
/// chars.
bool is_tar_header(std::string_view block) noexcept {
  constexpr std::size_t kField = 148, kWidth = 8;
  long unsigned_sum = 0, signed_sum = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) {
    const char c = i >= kField && i < kField + kWidth ? ' ' : block[i];
    unsigned_sum += static_cast<unsigned char>(c);
    signed_sum += static_cast<signed char>(c);
  }
  long stored = 0;
  for (const char c : block.substr(kField, kWidth)) {
    if (c == ' ' && stored == 0) continue;
    if (c < '0' || c > '7') break;
    stored = stored * 8 + (c - '0');
  }
  return stored == unsigned_sum || stored == signed_sum;
}

bool can_begin_a_tar(std::string_view head) noexcept {
  if (std::all_of(head.begin(), head.end(), [](char c) { return c == 0; })) return true;
  if (head.size() >= kTarBlock) return is_tar_header(head.substr(0, kTarBlock));
  const std::string_view name = head.substr(0, std::min<std::size_t>(head.size(), 8));
  return name.front() != 0 && std::all_of(name.begin(), name.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte == 0 || (byte >= 0x20 && byte != 0x7f);
         });
}

/// Throws again what was thrown once: a decompressor that failed half-way must never look like one that ended.
class StickySource final : public ByteSource {
 public:
  explicit StickySource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}

  std::size_t read(std::span<std::byte> out) override {
    if (failure_) std::rethrow_exception(failure_);
    if (done_ || out.empty()) return 0;
    try {
      const std::size_t got = inner_->read(out);
      done_ = got == 0;
      return got;
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::exception_ptr failure_;
  bool done_ = false;
};

class PlainSource final : public ByteSource {
 public:
  explicit PlainSource(PackedInput input) : input_(std::move(input)) {}

  std::size_t read(std::span<std::byte> out) override {
    if (!input_.fill()) return 0;
    const auto bytes = input_.available();
    const std::size_t count = std::min(out.size(), bytes.size());
    std::memcpy(out.data(), bytes.data(), count);
    input_.consume(count);
    return count;
  }

 private:
  PackedInput input_;
};

std::unique_ptr<ByteSource> open_unpacked(PackedInput input, Compression compression) {
  switch (compression) {
    case Compression::gzip: return open_gzip(std::move(input));
    case Compression::zstd: return open_zstd(std::move(input));
    case Compression::xz: return open_by_libarchive(std::move(input), true);
    case Compression::bzip2: return open_by_libarchive(std::move(input), false);
    case Compression::none:
    case Compression::unknown: break;
  }
  return open_plain(std::move(input));
}

}  // namespace

Compression detect_compression(std::string_view head) noexcept {
  for (const Magic& magic : kMagics) {
    if (!head.starts_with(magic.bytes)) continue;
    if (magic.compression == Compression::bzip2 && !is_bzip2(head)) continue;
    return magic.compression;
  }
  if (is_skippable_frame(head)) return Compression::zstd;
  return can_begin_a_tar(head) ? Compression::none : Compression::unknown;
}

std::unique_ptr<ByteSource> open_plain(PackedInput input) {
  return std::make_unique<PlainSource>(std::move(input));
}

std::unique_ptr<ByteSource> open_decompressed(std::unique_ptr<ByteSource> inner, std::string what) {
  PackedInput input(std::move(inner), std::move(what));
  const auto head = input.peek(kTarBlock);
  const auto compression = detect_compression({reinterpret_cast<const char*>(head.data()), head.size()});
  return std::make_unique<StickySource>(open_unpacked(std::move(input), compression));
}

}  // namespace sidecarctl
