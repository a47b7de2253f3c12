// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Resolution* resolution = subject.resolution();
  if (resolution == nullptr || !resolution->chosen || !resolution->chosen->platform) {
    return Verdict::not_applicable("the image was not chosen by an index's platform");
  }
  const ImageConfig& config = *subject.config();
  if (!config.has_os || !config.has_architecture) return Verdict::not_applicable("answered by SDC202");
  const Platform& entry = *resolution->chosen->platform;
  const Platform own{config.platform.os, config.platform.architecture, ""};
  if (own.satisfies(Platform{entry.os, entry.architecture, ""})) return Verdict::decided();
  if (!own.satisfies(linux_amd64())) return Verdict::not_applicable("answered by SDC201");
  findings.push_back(
      Finding{fmt::format("the index says {}, the config of that image says {}", entry.str(), config.platform.str()),
              ConfigField{"/architecture"},
              "make the index again from images that are what it says",
              config.platform.str(),
              {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc204_index_config_disagree{
    "SDC204",      "index-config-disagree", Severity::error,
    Needs::config, Origin::runtime,         "The index and the config name different platforms",
    check};

}  // namespace sidecarctl::lint
