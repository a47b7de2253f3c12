// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "support/image_builder.hpp"
#include "support/sources.hpp"
#include "util/error.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sidecarctl::test {

/// A place in memory with one image. What a test changes in `blobs` is what is read.
class LayerBlobs final : public ImageSource {
 public:
  explicit LayerBlobs(BuiltImage built) : image(std::move(built)) {
    for (const BuiltLayer& layer : image.layers) blobs[layer.descriptor.digest] = layer.blob;
    blobs[image.config_descriptor.digest] = image.config;
  }
  const SourceInfo& info() const override { return info_; }
  RawManifest read_manifest(const std::optional<Digest>&) override { return image.manifest; }
  bool is_local() const override { return local; }
  std::string blob_identity(const Descriptor& blob) override { return identity + blob.digest.hex(); }
  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override {
    const std::lock_guard lock(mutex_);
    opened.push_back(blob.digest);
    if (unreachable.contains(blob.digest)) throw Error(ErrorKind::network, "no answer");
    const auto at = blobs.find(blob.digest);
    if (at == blobs.end()) throw Error(ErrorKind::not_found, "there is no blob " + blob.digest.str());
    return std::make_unique<ChattySource>(at->second, 1 << 20, &log);
  }
  /// How often layer `index` was opened.
  std::size_t times_opened(std::size_t index) const {
    const Digest& digest = image.layers.at(index).descriptor.digest;
    return static_cast<std::size_t>(std::count(opened.begin(), opened.end(), digest));
  }

  BuiltImage image;
  std::map<Digest, std::string> blobs;
  std::set<Digest> unreachable;
  std::vector<Digest> opened;
  SourceLog log;  ///< Of all blobs together.
  bool local = true;
  std::string identity = "file ";  ///< Another one: somebody has written to the files.

 private:
  SourceInfo info_;
  std::mutex mutex_;
};

/// Layers given as tars, as an image in memory.
struct MemoryImage {
  explicit MemoryImage(const std::vector<std::string>& tars, Compression compression = Compression::gzip)
      : MemoryImage(build(image_of(tars, compression))) {}
  explicit MemoryImage(BuiltImage built)
      : source(std::make_shared<LayerBlobs>(std::move(built))), image(source, resolve_image(*source, linux_amd64())) {}

  static TestImage image_of(const std::vector<std::string>& tars, Compression compression) {
    TestImage image = good_image();
    image.layers.clear();
    for (const std::string& tar : tars) image.layers.push_back(TestLayer{tar});
    image.compression = compression;
    return image;
  }

  std::shared_ptr<LayerBlobs> source;
  Image image;
};

}  // namespace sidecarctl::test
