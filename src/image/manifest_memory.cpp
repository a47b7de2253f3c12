// SPDX-License-Identifier: Apache-2.0
#include "image/manifest_memory.hpp"

#include <map>
#include <optional>
#include <utility>

namespace sidecarctl {

namespace {

class ManifestMemory final : public ImageSource {
 public:
  explicit ManifestMemory(std::unique_ptr<ImageSource> inner) : inner_(std::move(inner)) {}

  const SourceInfo& info() const override { return inner_->info(); }
  RawManifest read_manifest(const std::optional<Digest>& digest) override {
    const auto known = manifests_.find(digest);
    if (known != manifests_.end()) return known->second;
    return manifests_.emplace(digest, inner_->read_manifest(digest)).first->second;
  }
  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override { return inner_->open_blob(blob); }
  std::string blob_identity(const Descriptor& blob) override { return inner_->blob_identity(blob); }
  bool is_local() const override { return inner_->is_local(); }
  std::optional<EngineView> engine_view() override { return inner_->engine_view(); }

 private:
  std::unique_ptr<ImageSource> inner_;
  std::map<std::optional<Digest>, RawManifest> manifests_;
};

}  // namespace

std::unique_ptr<ImageSource> remember_manifests(std::unique_ptr<ImageSource> inner) {
  return std::make_unique<ManifestMemory>(std::move(inner));
}

}  // namespace sidecarctl
