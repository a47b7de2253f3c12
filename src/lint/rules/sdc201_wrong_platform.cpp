// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const ImageConfig& config = *subject.config();
  if (!config.has_os || !config.has_architecture) return Verdict::not_applicable("answered by SDC202");
  const Platform machine{config.platform.os, config.platform.architecture, ""};  // Variants are SDC205's.
  if (machine.satisfies(linux_amd64())) return Verdict::decided();
  findings.push_back(Finding{fmt::format("the image is for {}, only linux/amd64 is run", config.platform.str()),
                             ConfigField{config.platform.os == "linux" ? "/architecture" : "/os"},
                             "build it with --platform linux/amd64",
                             config.platform.str(),
                             {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc201_wrong_platform{
    "SDC201",      "wrong-platform",    Severity::error,
    Needs::config, Origin::requirement, "The image is not built for linux/amd64",
    check};

}  // namespace sidecarctl::lint
