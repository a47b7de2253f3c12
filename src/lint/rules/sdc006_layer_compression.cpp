// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Manifest* manifest = subject.manifest();
  if (manifest == nullptr || subject.source().uncompressed_layers_are_normal) {
    return Verdict::not_applicable(
        "layers are stored uncompressed in this place and are compressed when they are pushed");
  }
  for (std::size_t i = 0; i < manifest->layers.size(); ++i) {
    const std::string& type = manifest->layers[i].media_type;
    const bool plain = type.ends_with(".tar");
    if (!plain && type.find("zstd") == std::string::npos) continue;
    findings.push_back(Finding{
        fmt::format("layer {} is {}", i, plain ? "not compressed" : "compressed with zstd"),
        LayerFile{i, ""},
        "compress it with gzip: docker buildx build --output type=image,compression=gzip,force-compression=true",
        type,
        {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc006_layer_compression{
    "SDC006",      "layer-compression", Severity::warning,
    Needs::config, Origin::runtime,     "A layer is compressed in a way that older engines cannot read",
    check};

}  // namespace sidecarctl::lint
