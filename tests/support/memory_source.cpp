// SPDX-License-Identifier: Apache-2.0
#include "support/memory_source.hpp"

#include "util/error.hpp"

namespace sidecarctl::test {

MemorySource::MemorySource(const BuiltImage& image) : manifest(image.manifest) {
  source_info.transport = "memory";
  source_info.target = "memory:image";
  blobs.emplace(image.config_descriptor.digest, image.config);
  for (const BuiltLayer& layer : image.layers) blobs.emplace(layer.descriptor.digest, layer.blob);
  for (const auto& [digest, bytes] : blobs) opened[digest] = 0;
}

RawManifest MemorySource::read_manifest(const std::optional<Digest>&) {
  return manifest;
}

std::unique_ptr<ByteSource> MemorySource::open_blob(const Descriptor& blob) {
  const auto at = blobs.find(blob.digest);
  if (at == blobs.end()) throw Error(ErrorKind::not_found, "no blob " + blob.digest.str());
  ++opened.at(blob.digest);
  return std::make_unique<StringSource>(at->second);
}

RawManifest manifest_of(std::string_view media_type, const Descriptor& config, const std::vector<Descriptor>& layers) {
  const auto describe = [](const Descriptor& descriptor) {
    OrderedJson json{
        {"mediaType", descriptor.media_type}, {"size", descriptor.size}, {"digest", descriptor.digest.str()}};
    if (!descriptor.urls.empty()) json["urls"] = descriptor.urls;
    return json;
  };
  OrderedJson json{{"schemaVersion", 2}, {"mediaType", media_type}, {"config", describe(config)}};
  json["layers"] = OrderedJson::array();
  for (const Descriptor& layer : layers) json["layers"].push_back(describe(layer));
  return {std::string(media_type), dump_json(json)};
}

Image image_of(std::unique_ptr<MemorySource> source) {
  return Image::open(std::move(source), linux_amd64());
}

}  // namespace sidecarctl::test
