// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "support/image_builder.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// A place in memory that holds one image. Tests change its public parts before they make an Image of it.
class MemorySource final : public ImageSource {
 public:
  explicit MemorySource(const BuiltImage& image);

  const SourceInfo& info() const override { return source_info; }
  RawManifest read_manifest(const std::optional<Digest>& digest) override;
  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override;

  SourceInfo source_info;
  RawManifest manifest;
  std::map<Digest, std::string> blobs;
  /// How often each blob was opened.
  std::map<Digest, std::atomic<int>> opened;
};

/// A manifest of these parts, as `media_type` says.
RawManifest manifest_of(std::string_view media_type, const Descriptor& config, const std::vector<Descriptor>& layers);

/// The only image of a source.
Image image_of(std::unique_ptr<MemorySource> source);

}  // namespace sidecarctl::test
