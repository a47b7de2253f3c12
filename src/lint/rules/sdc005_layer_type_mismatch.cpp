// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace sidecarctl::lint {

namespace {
/// What the media type promises; nullopt: nothing that we know.
std::optional<Compression> promised_by(std::string_view type) {
  if (type.ends_with("+gzip") || type.ends_with(".gzip")) return Compression::gzip;
  if (type.ends_with("+zstd") || type.ends_with(".zstd")) return Compression::zstd;
  if (type.ends_with(".tar")) return Compression::none;
  return std::nullopt;
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Manifest* manifest = subject.manifest();
  if (manifest == nullptr) return Verdict::not_applicable("the engine hands out no blobs");
  for (const LayerFacts& layer : subject.files()->layers_read()) {
    if (!layer.compression || layer.index >= manifest->layers.size()) continue;
    const std::string& type = manifest->layers[layer.index].media_type;
    const auto promised = promised_by(type);
    if (!promised || *promised == *layer.compression) continue;
    findings.push_back(
        Finding{fmt::format("layer {} is declared as '{}', its bytes are {}", layer.index, type,
                            *layer.compression == Compression::none ? "a plain tar" : to_string(*layer.compression)),
                LayerFile{layer.index, ""},
                "push the image again with a tool that writes the right media type",
                std::string(to_string(*layer.compression)),
                {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc005_layer_type_mismatch{"SDC005",
                                                       "layer-type-mismatch",
                                                       Severity::warning,
                                                       Needs::read_layers,
                                                       Origin::runtime,
                                                       "A layer's media type does not match its bytes",
                                                       check};

}  // namespace sidecarctl::lint
