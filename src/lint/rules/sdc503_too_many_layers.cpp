// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
constexpr std::size_t kMostLayers = 127;  // The overlay drivers of Docker and containerd stop here.
constexpr std::size_t kManyLayers = 40;

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::size_t layers =
      subject.manifest() != nullptr ? subject.manifest()->layers.size() : subject.config()->diff_ids.size();
  if (layers <= kManyLayers) return Verdict::decided();
  const bool fatal = layers > kMostLayers;
  findings.push_back(Finding{fatal
                                 ? fmt::format("the image has {} layers; engines mount at most {}", layers, kMostLayers)
                                 : fmt::format("the image has {} layers, each one a download of its own", layers),
                             ConfigField{"/rootfs/diff_ids"}, "join RUN lines that belong together with &&",
                             std::to_string(layers), fatal ? Severity::error : Severity::info});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc503_too_many_layers{"SDC503",      "too-many-layers", Severity::error,
                                                   Needs::config, Origin::runtime,   "The image has too many layers",
                                                   check};

}  // namespace sidecarctl::lint
