// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/source.hpp"
#include "transports/docker_archive.hpp"

#include <functional>
#include <memory>
#include <mutex>

namespace sidecarctl {

/// An image whose blobs an engine hands out only by exporting all of it: done once, when a blob or manifest is first
/// asked for, into a file without a name in the temporary folder. Thread-safe after the first read_manifest().
class ExportedSource final : public ImageSource {
 public:
  using Export = std::function<std::unique_ptr<ImageSource>()>;
  using View = std::function<std::optional<EngineView>()>;

  /// `export_image` makes the archive and opens the image in it. `view`: may be empty. `own_digest`: exporting may make
  /// a manifest, and only that of this digest is the engine's own; nullopt: what the archive has is.
  ExportedSource(SourceInfo info, Export export_image, View view, std::optional<std::string> own_digest = {})
      : info_(std::move(info)),
        export_image_(std::move(export_image)),
        view_(std::move(view)),
        own_digest_(std::move(own_digest)) {}

  const SourceInfo& info() const override { return info_; }
  RawManifest read_manifest(const std::optional<Digest>& digest) override;
  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override { return exported().open_blob(blob); }
  std::optional<EngineView> engine_view() override { return view_ ? view_() : std::nullopt; }

 private:
  ImageSource& exported();

  SourceInfo info_;
  Export export_image_;
  View view_;
  std::optional<std::string> own_digest_;
  std::mutex mutex_;
  std::unique_ptr<ImageSource> exported_;
};

/// "app:1.0" as engines name images: "app" and "app:latest" are one; a digest or id stays.
bool is_same_engine_name(std::string_view a, std::string_view b);

}  // namespace sidecarctl
