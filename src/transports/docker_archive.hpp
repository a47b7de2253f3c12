// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/source.hpp"
#include "transports/archive.hpp"
#include "transports/image_choice.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sidecarctl {

/// An entry of manifest.json, as `docker save` writes it.
struct DockerArchiveEntry {
  std::string config;                                       ///< Member with the image config.
  std::vector<std::string> names;                           ///< RepoTags.
  std::vector<std::string> layers;                          ///< Members, base first.
  std::vector<std::pair<std::string, Descriptor>> foreign;  ///< Of LayerSources: by diff_id, those with URLs.
};

/// Throws Error{corrupt} for a manifest.json that is none, or is beyond the limits.
std::vector<DockerArchiveEntry> parse_docker_archive_manifest(std::string_view text, const std::string& where);

/// The digest that a member's name promises: "<hex>.json", "<hex>.tar.gz", "sha256:<hex>", "blobs/sha256/<hex>".
std::optional<Digest> digest_in_name(std::string_view member);

/// The image of an archive that `selector` means. An OCI layout in the archive is preferred to manifest.json, because
/// it has the image's own manifest; unless manifest.json speaks of a config that no manifest of the layout has: then
/// the two describe different images, and manifest.json, which `docker load` has always read, counts (with a warning).
/// `info` has transport and target; `prefix` as in ImageList.
std::unique_ptr<ImageSource> open_archive_image(std::shared_ptr<const Archive> archive, const ImageSelector& selector,
                                                std::string prefix, SourceInfo info, const ArchiveContext& context);

}  // namespace sidecarctl
