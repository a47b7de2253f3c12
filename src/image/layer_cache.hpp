// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/layer_index_format.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sidecarctl {

/// Indexes of layers that were verified to their end, one file for each layer. Base images are shared by all sidecars,
/// so the second lint reads only what is new. Several processes may use one folder: files are replaced whole. No
/// failure of the cache is a failure of the program: it is as if there were none.
class LayerCache {
 public:
  explicit LayerCache(std::filesystem::path folder, std::uint64_t max_bytes = kMaxBytes)
      : folder_(std::move(folder)), max_bytes_(max_bytes) {}

  /// What was stored for the layer with that digest and size, if it is whole and this user's.
  std::optional<ReadLayer> load(const Digest& digest, std::uint64_t size) const noexcept;
  /// Keeps it, and removes the oldest others when all together are more than the limit.
  void store(const ReadLayer& layer) const noexcept;

  /// Was a file of that identity (ImageSource::blob_identity) verified to hold the layer?
  bool has_verified(const Digest& digest, std::string_view identity) const noexcept;
  void remember_verified(const Digest& digest, std::string_view identity) const noexcept;

  static constexpr std::uint64_t kMaxBytes = 512ULL * 1024 * 1024;      ///< Some hundred images with shared bases.
  static constexpr std::uint64_t kMaxFileBytes = 160ULL * 1024 * 1024;  ///< The largest index with all first bytes.

 private:
  std::filesystem::path path_of(const Digest& digest) const;
  std::filesystem::path identities_of(const Digest& digest) const;
  std::string read_identities(const Digest& digest) const;
  using Sink = std::function<void(std::span<const std::byte>)>;
  using Writer = std::function<void(const Sink&)>;
  void replace(const std::filesystem::path& path, const Writer& write) const;
  void write(const ReadLayer& layer) const;
  void prune() const;

  std::filesystem::path folder_;
  std::uint64_t max_bytes_;
};

}  // namespace sidecarctl
