// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/source.hpp"
#include "transports/image_choice.hpp"
#include "transports/layout_files.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// An OCI image layout (image-spec image-layout.md), in a folder or an archive: what is in it, and how to read it.
/// Docker's media types are read like OCI's. Thread-safe.
class OciLayout {
 public:
  /// Reads oci-layout and index.json. Throws Error{corrupt} for a version that we do not know or a broken index.
  explicit OciLayout(std::shared_ptr<const LayoutFiles> files);

  /// `prefix` as in ImageList. Attestations are no images. Entries for several platforms under one name (or none) are
  /// one.
  ImageList images(std::string prefix) const;
  /// The bytes that entry `image` of images() points at, verified.
  RawManifest read_root(std::size_t image) const;
  RawManifest read_manifest(const Digest& digest) const;  ///< Of a manifest that an index names.
  std::unique_ptr<ByteSource> open_blob(const Digest& digest) const;
  std::string blob_identity(const Digest& digest) const;  ///< As ImageSource::blob_identity.
  /// The digests of the configs of all images that the layout really holds.
  std::vector<Digest> config_digests() const;

 private:
  struct Entry {
    Descriptor descriptor;
    std::vector<ImageName> names;
  };
  void check_version() const;
  void group_entries(const Index& index);
  bool is_one_image(const std::vector<Descriptor>& descriptors) const;
  std::string platform_of(std::size_t image) const;
  struct ConfigSearch;
  void collect_configs(const Index& index, int depth, ConfigSearch& search) const;

  std::shared_ptr<const LayoutFiles> files_;
  RawManifest index_;            ///< index.json
  bool index_is_image_ = false;  ///< index.json as a whole is the one image.
  std::vector<Entry> entries_;
};

/// The image of a layout that `selector` means. `info` has transport, target and uncompressed_layers_are_normal.
std::unique_ptr<ImageSource> open_layout_image(OciLayout layout, const ImageSelector& selector, std::string prefix,
                                               SourceInfo info);

}  // namespace sidecarctl
