// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const ImageConfig& config = *subject.config();
  if (config.has_os && config.has_architecture) return Verdict::decided();
  const std::string missing = config.has_os             ? "architecture"
                              : config.has_architecture ? "os"
                                                        : "os and no architecture";
  findings.push_back(Finding{fmt::format("the image config has no {}", missing),
                             ConfigField{config.has_os ? "/architecture" : "/os"},
                             "build the image again with a current tool and --platform linux/amd64",
                             {},
                             {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc202_platform_missing{
    "SDC202",      "platform-missing", Severity::error,
    Needs::config, Origin::runtime,    "The config does not say for which platform the image is",
    check};

}  // namespace sidecarctl::lint
