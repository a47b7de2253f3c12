// SPDX-License-Identifier: Apache-2.0
// Byte sources that behave in ways a file does not.
#pragma once

#include "util/byte_source.hpp"
#include "util/error.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace sidecarctl::test {

/// What a ChattySource did, kept after it is gone. Several sources may share one, on several threads.
struct SourceLog {
  std::atomic<std::uint64_t> read = 0, skipped = 0;
  std::atomic<bool> drained = false;  ///< A read returned 0.
  void clear() {
    read = skipped = 0;
    drained = false;
  }
};

/// Bytes in memory, at most `step` in one read; notes what was asked of it.
class ChattySource final : public ByteSource {
 public:
  ChattySource(std::string text, std::size_t step, SourceLog* log = nullptr)
      : inner_(std::move(text)), step_(step), log_(log) {}
  std::size_t read(std::span<std::byte> out) override {
    const std::size_t got = inner_.read(out.first(std::min(step_, out.size())));
    if (log_ != nullptr) log_->read += got;
    if (log_ != nullptr && got == 0 && !out.empty()) log_->drained = true;
    return got;
  }
  std::uint64_t skip(std::uint64_t count) override {
    const std::uint64_t done = inner_.skip(count);
    if (log_ != nullptr) log_->skipped += done;
    return done;
  }

 private:
  StringSource inner_;
  std::size_t step_;
  SourceLog* log_;
};

/// Gives `text`, then throws once; after that it claims to be at its end, as a careless source would.
class BreakingSource final : public ByteSource {
 public:
  explicit BreakingSource(std::string text) : inner_(std::move(text)) {}
  std::size_t read(std::span<std::byte> out) override {
    const std::size_t got = inner_.read(out);
    if (got == 0 && !std::exchange(thrown_, true)) throw Error(ErrorKind::network, "the connection broke");
    return got;
  }

 private:
  StringSource inner_;
  bool thrown_ = false;
};

}  // namespace sidecarctl::test
