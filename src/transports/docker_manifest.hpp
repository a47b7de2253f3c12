// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/types.hpp"

#include <string>
#include <vector>

namespace sidecarctl {

/// The Docker schema 2 manifest for an image that has none of its own (docker-archive, an engine). The same parts give
/// the same bytes, so the image has the same digest wherever it comes from.
RawManifest make_docker_manifest(const Descriptor& config, const std::vector<Descriptor>& layers);

/// Of a layer as it is stored; xz and bzip2 have no media type, and are told as plain.
std::string docker_layer_type(Compression compression);

}  // namespace sidecarctl
