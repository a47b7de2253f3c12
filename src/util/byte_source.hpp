// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sidecarctl {

/// A stream of bytes that the reader pulls. The only streaming interface in the program.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills a prefix of `out` and returns its length. 0 means end of data, now and on every later
  /// call. A source that has thrown throws again on every later call.
  virtual std::size_t read(std::span<std::byte> out) = 0;

  /// Passes over up to `count` bytes without delivering them and returns how many; fewer only at the end. Seekable
  /// sources do it without reading; a verifying source reads, because its promise covers every byte.
  virtual std::uint64_t skip(std::uint64_t count);
};

/// Opens the same bytes again from the start, so that a retry can send them again. Callable from any thread.
using SourceOpener = std::function<std::unique_ptr<ByteSource>()>;

/// Bytes in memory.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<std::byte> out) override;
  std::uint64_t skip(std::uint64_t count) override;

 private:
  std::string text_;
  std::size_t position_ = 0;
};

/// The whole source as a string. Throws Error{corrupt} naming `what` if it is longer than `limit` bytes.
std::string read_all(ByteSource& source, std::uint64_t limit, std::string_view what);

/// `text` made `length` bytes long with what comes next from anything that has ByteSource::read(); shorter only at the
/// end of the data. `length` may be a limit far above what comes: memory is taken a piece at a time.
template <typename Reader>
std::string read_more(Reader& reader, std::string text, std::size_t length) {
  constexpr std::size_t kPiece = 64UL * 1024;
  while (text.size() < length) {
    const std::size_t filled = text.size();
    text.resize(std::min(length, filled + kPiece));
    const std::size_t got = reader.read(std::as_writable_bytes(std::span(text).subspan(filled)));
    text.resize(filled + got);
    if (got == 0) break;
  }
  return text;
}

/// Reads up to `length` bytes; fewer only at the end.
template <typename Reader>
std::string read_up_to(Reader& reader, std::size_t length) {
  return read_more(reader, {}, length);
}

/// Reads to the end and returns how many bytes came.
std::uint64_t drain(ByteSource& source);

}  // namespace sidecarctl
