// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

#include <utility>

namespace sidecarctl::lint {

namespace {
constexpr std::size_t kMostFindings = 10;

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  if (subject.manifest() == nullptr) return Verdict::not_applicable("the engine has taken the layers already");
  for (const LayerFacts& layer : subject.files()->layers_read()) {
    std::size_t shown = 0;
    for (const TarAnomaly& anomaly : layer.anomalies) {
      if (++shown > kMostFindings) break;
      Finding finding{anomaly.detail,
                      LayerFile{layer.index, anomaly.path},
                      "build the layer again with a current tool",
                      anomaly.path,
                      {}};
      if (anomaly.kind == TarAnomaly::Kind::duplicate) finding.severity = Severity::info;
      findings.push_back(std::move(finding));
    }
    if (layer.anomaly_count > kMostFindings) {
      findings.push_back(Finding{fmt::format("layer {} has {} such entries in all", layer.index, layer.anomaly_count),
                                 LayerFile{layer.index, ""},
                                 "",
                                 {},
                                 Severity::info});
    }
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc009_unsafe_tar_entry{"SDC009",
                                                    "unsafe-tar-entry",
                                                    Severity::error,
                                                    Needs::read_layers,
                                                    Origin::runtime,
                                                    "A layer has an entry that runtimes refuse or that leaves the root",
                                                    check};

}  // namespace sidecarctl::lint
