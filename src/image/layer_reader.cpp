// SPDX-License-Identifier: Apache-2.0
#include "image/layer_reader.hpp"

#include "image/decompress.hpp"
#include "image/read_ahead_source.hpp"
#include "image/tar_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <limits>

namespace sidecarctl {

namespace {

/// Where bodies are skipped most of a large block would be read for nothing: a header is 512 bytes.
constexpr std::size_t kSkippingBlock = 16 * 1024;
constexpr std::size_t kReadingBlock = 128 * 1024;
/// Below this a thread costs more than it saves.
constexpr std::uint64_t kReadAheadFrom = 512 * 1024;

/// Gives back what was looked at in front of the rest.
class PrefixedSource final : public ByteSource {
 public:
  PrefixedSource(std::string prefix, std::unique_ptr<ByteSource> inner)
      : prefix_(std::move(prefix)), inner_(std::move(inner)) {}

  std::size_t read(std::span<std::byte> out) override {
    if (position_ == prefix_.size()) return inner_->read(out);
    const std::size_t count = std::min(out.size(), prefix_.size() - position_);
    std::memcpy(out.data(), prefix_.data() + position_, count);
    position_ += count;
    return count;
  }
  std::uint64_t skip(std::uint64_t count) override {
    const std::uint64_t own = std::min<std::uint64_t>(count, prefix_.size() - position_);
    position_ += static_cast<std::size_t>(own);
    return own == count ? own : own + inner_->skip(count - own);
  }

 private:
  std::string prefix_;
  std::size_t position_ = 0;
  std::unique_ptr<ByteSource> inner_;
};

}  // namespace

struct LayerReader::State {
  State(std::unique_ptr<ByteSource> source, LayerPromise what_is_promised) : promise(std::move(what_is_promised)) {
    std::string head = read_up_to(*source, kTarBlock);
    compression = detect_compression(head);
    auto stored = std::make_unique<PrefixedSource>(std::move(head), std::move(source));
    const bool packed = compression != Compression::none && compression != Compression::unknown;
    skipping = promise.may_skip && !packed;
    using Digesting = MeasuredSource::Digesting;
    unpacked = std::make_unique<MeasuredSource>(std::move(stored), promise.size,
                                                skipping ? Digesting::no : Digesting::yes, stored_measure);
    if (packed) {
      // Three stages that overlap: the digest of the stored bytes, unpacking, and the digest and walk of the unpacked
      // ones.
      const bool overlap = promise.size >= kReadAheadFrom;
      if (overlap) unpacked = open_read_ahead(std::move(unpacked));
      unpacked = open_decompressed(std::move(unpacked), promise.name);
      if (overlap) unpacked = open_read_ahead(std::move(unpacked));
      unpacked_measure = std::make_shared<Measurement>();
      unpacked = std::make_unique<MeasuredSource>(std::move(unpacked), std::nullopt, Digesting::yes, unpacked_measure);
    }
    tar.emplace(*unpacked, promise.name, skipping ? kSkippingBlock : kReadingBlock);
  }

  const TarEntry* next() {
    if (const TarEntry* entry = tar->next()) return entry;
    // What follows the end-of-archive marker belongs to the digest too.
    if (skipping) unpacked->skip(std::numeric_limits<std::uint64_t>::max());
    drain(*unpacked);
    compare();
    ended = true;
    return nullptr;
  }

  std::string too_long() const {
    return fmt::format("{} has more than the {} bytes promised", promise.name, promise.size);
  }

  void compare() {
    const auto add = [this](LayerFault::Kind kind, std::string message) {
      faults.push_back({kind, std::move(message)});
    };
    const std::uint64_t size = stored_measure->total();
    if (stored_measure->longer) {
      add(LayerFault::Kind::size, too_long());
    } else if (size != promise.size) {
      add(LayerFault::Kind::size, fmt::format("{} has {} bytes, {} are promised", promise.name, size, promise.size));
    }
    if (skipping) return;
    const Digest& stored_digest = stored_measure->digest.value();
    if (stored_digest != promise.digest) {
      add(LayerFault::Kind::digest, fmt::format("the digest of {} is {}, the manifest says {}", promise.name,
                                                stored_digest.str(), promise.digest.str()));
    }
    const Digest& actual = unpacked_measure->digest.value();
    if (promise.diff_id && actual != *promise.diff_id) {
      add(LayerFault::Kind::diff_id, fmt::format("the unpacked bytes of {} have the digest {}, the config says {}",
                                                 promise.name, actual.str(), promise.diff_id->str()));
    }
  }

  LayerPromise promise;
  Compression compression = Compression::none;
  bool skipping = false, ended = false;
  std::shared_ptr<Measurement> stored_measure = std::make_shared<Measurement>();
  std::shared_ptr<Measurement> unpacked_measure = stored_measure;  ///< The same for an uncompressed layer.
  std::unique_ptr<ByteSource> unpacked;
  std::optional<TarReader> tar;
  std::vector<LayerFault> faults;
  std::exception_ptr failure;
};

LayerReader::LayerReader(std::unique_ptr<ByteSource> stored, LayerPromise promise)
    : state_(std::make_unique<State>(std::move(stored), std::move(promise))) {}
LayerReader::~LayerReader() = default;
LayerReader::LayerReader(LayerReader&&) noexcept = default;

const TarEntry* LayerReader::next() {
  if (state_->failure) std::rethrow_exception(state_->failure);
  if (state_->ended) return nullptr;
  try {
    return state_->next();
  } catch (const DamagedData&) {
    // The promised bytes ended in the middle because there are more of them: say that, not that they are cut short.
    if (state_->stored_measure->longer) {
      state_->failure = std::make_exception_ptr(DamagedData(LayerFault::Kind::size, state_->too_long()));
      std::rethrow_exception(state_->failure);
    }
    state_->failure = std::current_exception();
    throw;
  } catch (...) {
    state_->failure = std::current_exception();
    throw;
  }
}

std::size_t LayerReader::read(std::span<std::byte> out) {
  return state_->tar->read(out);
}
Compression LayerReader::compression() const noexcept {
  return state_->compression;
}
const std::vector<LayerFault>& LayerReader::faults() const noexcept {
  return state_->faults;
}
bool LayerReader::read_to_end() const noexcept {
  return state_->ended && !state_->skipping;
}
std::uint64_t LayerReader::stored_bytes_read() const noexcept {
  return state_->stored_measure->read;
}
std::uint64_t LayerReader::unpacked_size() const noexcept {
  return state_->unpacked_measure->total();
}
const std::optional<Digest>& LayerReader::diff_id() const noexcept {
  return state_->unpacked_measure->digest;
}

}  // namespace sidecarctl
