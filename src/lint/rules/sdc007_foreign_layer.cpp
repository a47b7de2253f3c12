// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Manifest* manifest = subject.manifest();
  if (manifest == nullptr) return Verdict::not_applicable("the engine shows no manifest");
  for (std::size_t i = 0; i < manifest->layers.size(); ++i) {
    if (!is_foreign_layer(manifest->layers[i])) continue;
    const auto& urls = manifest->layers[i].urls;
    findings.push_back(Finding{fmt::format("layer {} is not distributed with the image but fetched from {}", i,
                                           urls.empty() ? "another place" : "'" + urls.front() + "'"),
                               LayerFile{i, ""},
                               "push the image with the layer included",
                               manifest->layers[i].media_type,
                               {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc007_foreign_layer{"SDC007",      "foreign-layer", Severity::error,
                                                 Needs::config, Origin::runtime, "A layer is kept outside the registry",
                                                 check};

}  // namespace sidecarctl::lint
