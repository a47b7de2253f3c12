// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/types.hpp"
#include "util/json.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sidecarctl {

/// What `GET /images/NAME/json` and `/images/NAME/history` tell of an image (Docker Engine API; podman's compatible
/// one): the parts of its config. The config's bytes are not to be had this way.
struct EngineImage {
  std::string id;  ///< "sha256:...": of the config (classic store) or of the manifest (containerd store).
  std::vector<std::string> names;
  ImageConfig config;
  std::vector<std::uint64_t> layer_sizes;  ///< Base first; empty when history and layers do not match.
};
EngineImage read_engine_image(const Json& inspect, const Json& history);

}  // namespace sidecarctl
