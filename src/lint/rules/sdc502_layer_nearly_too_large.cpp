// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <set>

namespace sidecarctl::lint {

namespace {
void compare(std::size_t layer, std::uint64_t size, bool unpacked, std::uint64_t limit,
             std::vector<Finding>& findings) {
  if (size <= limit) return;
  findings.push_back(Finding{fmt::format("layer {} has {}{}, more than {}", layer, human_size(size),
                                         unpacked ? " unpacked" : "", human_size(limit)),
                             LayerFile{layer, ""},
                             "split the instruction that makes it",
                             std::to_string(size),
                             {}});
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::uint64_t limit = subject.settings().max_layer_size;
  const Manifest* manifest = subject.manifest();
  if (manifest == nullptr) {
    const auto& sizes = subject.engine_layer_sizes();
    if (sizes.empty()) return Verdict::not_applicable("the engine does not tell the sizes of layers");
    for (std::size_t i = 0; i < sizes.size(); ++i) compare(i, sizes[i], true, limit, findings);
    return Verdict::decided();
  }
  const bool plain = subject.source().uncompressed_layers_are_normal;
  std::set<std::size_t> reported;
  for (std::size_t i = 0; i < manifest->layers.size(); ++i) {
    const std::uint64_t size = manifest->layers[i].size;
    if (!plain && size > limit) continue;  // SDC501 says so.
    const std::size_t before = findings.size();
    compare(i, size, plain, plain ? limit : limit / 10 * 8, findings);
    if (findings.size() > before) reported.insert(i);
  }
  for (const LayerFacts& layer : subject.files()->layers_read()) {
    const bool known = layer.index < manifest->layers.size() && manifest->layers[layer.index].size <= limit;
    if (known && !reported.contains(layer.index)) compare(layer.index, layer.unpacked_size, true, limit, findings);
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc502_layer_nearly_too_large{"SDC502",
                                                          "layer-nearly-too-large",
                                                          Severity::warning,
                                                          Needs::read_layers,
                                                          Origin::requirement,
                                                          "A layer is close to 10 GB, or larger when unpacked",
                                                          check};

}  // namespace sidecarctl::lint
