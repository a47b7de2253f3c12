// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Manifest* manifest = subject.manifest();
  if (manifest == nullptr || subject.source().uncompressed_layers_are_normal) {
    return Verdict::not_applicable("layers are stored uncompressed here; their size in a registry is not known");
  }
  const std::uint64_t limit = subject.settings().max_layer_size;
  for (std::size_t i = 0; i < manifest->layers.size(); ++i) {
    const std::uint64_t size = manifest->layers[i].size;
    if (size <= limit) continue;
    findings.push_back(Finding{
        fmt::format("layer {} has {}, more than {}", i, human_size(size), human_size(limit)),
        LayerFile{i, ""},
        "split the instruction that makes it: large data in several COPY lines, downloads removed in the same RUN",
        std::to_string(size),
        {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc501_layer_too_large{
    "SDC501",      "layer-too-large",   Severity::error,
    Needs::config, Origin::requirement, "A layer is larger than about 10 GB",
    check};

}  // namespace sidecarctl::lint
