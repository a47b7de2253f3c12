// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Manifest* manifest = subject.manifest();
  if (manifest == nullptr) return Verdict::not_applicable("the engine shows no manifest");
  const ImageConfig& config = *subject.config();
  const std::size_t layers = manifest->layers.size();
  if (layers != config.diff_ids.size()) {
    findings.push_back(Finding{
        fmt::format("the manifest has {}, the config {} of them", plural(layers, "layer"), config.diff_ids.size()),
        ConfigField{"/rootfs/diff_ids"}, "build the image again with a current tool",
        std::to_string(config.diff_ids.size()), Severity::error});
    return Verdict::decided();
  }
  const auto made_layers = static_cast<std::size_t>(std::count_if(
      config.history.begin(), config.history.end(), [](const HistoryEntry& entry) { return !entry.empty_layer; }));
  if (!config.history.empty() && made_layers != layers) {
    findings.push_back(
        Finding{fmt::format("the history tells of {}, there are {}", plural(made_layers, "layer"), layers),
                ConfigField{"/history"}, "", std::to_string(made_layers), Severity::info});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc004_layers_disagree{
    "SDC004",      "layers-disagree", Severity::warning,
    Needs::config, Origin::runtime,   "Manifest, config and history count different layers",
    check};

}  // namespace sidecarctl::lint
