// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/digest.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace sidecarctl {

/// What a layer became when it was compressed.
struct CompressedLayer {
  Digest digest;
  std::uint64_t size = 0;
  friend bool operator==(const CompressedLayer&, const CompressedLayer&) = default;
};

/// Remembers across runs which blob a layer's tar becomes. A hint: the caller asks the registry before relying on it.
/// One file of checksummed lines that is only appended to, safe with several processes at once. No failure of the file
/// is a failure: then nothing is remembered. Thread-safe.
class CompressionCache {
 public:
  /// `folder` nullopt: no file.
  explicit CompressionCache(std::optional<std::filesystem::path> folder);

  std::optional<CompressedLayer> find(const Digest& diff_id, const std::string& compressor) const;
  void add(const Digest& diff_id, const std::string& compressor, const CompressedLayer& layer);

  static constexpr std::uint64_t kMaxFileSize = 4ULL * 1024 * 1024;  ///< About 20000 layers; then the older half goes.

 private:
  void load(const std::string& text);
  void append(const std::string& line) const;

  std::optional<std::filesystem::path> file_;
  mutable std::mutex mutex_;
  std::map<std::pair<Digest, std::string>, CompressedLayer> known_;
};

}  // namespace sidecarctl
