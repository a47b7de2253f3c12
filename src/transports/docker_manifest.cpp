// SPDX-License-Identifier: Apache-2.0
#include "transports/docker_manifest.hpp"

#include "util/json.hpp"

namespace sidecarctl {

namespace {

OrderedJson to_json(const Descriptor& descriptor) {
  // containerd's order of fields: `ctr images import` of the same archive then has the same digest.
  OrderedJson json{
      {"mediaType", descriptor.media_type}, {"digest", descriptor.digest.str()}, {"size", descriptor.size}};
  if (!descriptor.urls.empty()) json["urls"] = descriptor.urls;
  return json;
}

}  // namespace

RawManifest make_docker_manifest(const Descriptor& config, const std::vector<Descriptor>& layers) {
  OrderedJson manifest{{"schemaVersion", 2},
                       {"mediaType", media_type::docker_manifest},
                       {"config", to_json(config)},
                       {"layers", OrderedJson::array()}};
  for (const Descriptor& layer : layers) manifest["layers"].push_back(to_json(layer));
  return RawManifest{std::string(media_type::docker_manifest), dump_json(manifest), true};
}

std::string docker_layer_type(Compression compression) {
  std::string type(media_type::docker_layer);
  if (compression == Compression::gzip || compression == Compression::zstd)
    type += "." + std::string(to_string(compression));
  return type;
}

}  // namespace sidecarctl
