// SPDX-License-Identifier: Apache-2.0
#include "image/read_ahead_source.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace sidecarctl {

namespace {

/// Four blocks of this size stay within the second-level cache of today's machines, and 256 KiB make the hand-over
/// cheap.
constexpr std::size_t kBlockSize = 256 * 1024;
constexpr std::size_t kBlocks = 4;

class ReadAheadSource final : public ByteSource {
 public:
  explicit ReadAheadSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)), worker_([this] { run(); }) {}

  ~ReadAheadSource() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }
  ReadAheadSource(const ReadAheadSource&) = delete;
  ReadAheadSource& operator=(const ReadAheadSource&) = delete;

  std::size_t read(std::span<std::byte> out) override {
    if (out.empty() || !wait_for_block()) return 0;
    const Block& block = blocks_[taken_ % kBlocks];
    const std::size_t count = std::min(out.size(), block.length - position_);
    std::memcpy(out.data(), block.bytes.data() + position_, count);
    position_ += count;
    if (position_ == block.length) release_block();
    return count;
  }

 private:
  struct Block {
    std::vector<std::byte> bytes;
    std::size_t length = 0;
  };

  /// False at the end.
  bool wait_for_block() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return filled_ > taken_ || ended_; });
    if (filled_ > taken_) return true;
    if (failure_) std::rethrow_exception(failure_);
    return false;
  }

  void release_block() {
    position_ = 0;
    {
      const std::lock_guard lock(mutex_);
      ++taken_;
    }
    changed_.notify_all();
  }

  void run() noexcept {
    std::exception_ptr failure;
    try {
      while (fill_block()) {
      }
    } catch (...) {
      failure = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      failure_ = failure;
      ended_ = true;
    }
    changed_.notify_all();
  }

  /// False when there is no more to do. What came before a failure is handed over before the failure.
  bool fill_block() {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stop_ || filled_ - taken_ < kBlocks; });
      if (stop_) return false;
    }
    Block& block = blocks_[filled_ % kBlocks];
    block.bytes.resize(kBlockSize);
    block.length = 0;
    std::exception_ptr failure;
    bool more = true;
    while (more && block.length < kBlockSize) {
      try {
        const std::size_t got = inner_->read(std::span(block.bytes).subspan(block.length));
        block.length += got;
        more = got != 0;
      } catch (...) {
        failure = std::current_exception();
        break;
      }
    }
    hand_over(block);
    if (failure) std::rethrow_exception(failure);
    return more;
  }

  void hand_over(const Block& block) {
    if (block.length == 0) return;
    {
      const std::lock_guard lock(mutex_);
      ++filled_;
    }
    changed_.notify_all();
  }

  std::unique_ptr<ByteSource> inner_;
  std::array<Block, kBlocks> blocks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t filled_ = 0, taken_ = 0;  ///< Blocks since the start; the worker writes the first, the reader the second.
  std::size_t position_ = 0;
  bool stop_ = false, ended_ = false;
  std::exception_ptr failure_;
  std::thread worker_;  ///< Last: it uses all of the above.
};

}  // namespace

std::unique_ptr<ByteSource> open_read_ahead(std::unique_ptr<ByteSource> inner) {
  return std::make_unique<ReadAheadSource>(std::move(inner));
}

}  // namespace sidecarctl
