// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Platform& platform = subject.config()->platform;
  if (platform.variant.empty() || platform.variant == "v1") return Verdict::decided();
  if (!Platform{platform.os, platform.architecture, ""}.satisfies(linux_amd64())) {
    return Verdict::not_applicable("answered by SDC201");
  }
  findings.push_back(
      Finding{fmt::format("the image is for {}, which not every linux/amd64 machine can run", platform.str()),
              ConfigField{"/variant"},
              "build for plain linux/amd64 (GOAMD64=v1, no -march=native)",
              platform.variant,
              {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc205_amd64_variant{
    "SDC205",      "amd64-variant",  Severity::warning,
    Needs::config, Origin::practice, "The image asks for a newer amd64 processor",
    check};

}  // namespace sidecarctl::lint
