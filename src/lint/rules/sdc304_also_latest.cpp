// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  for (const std::string& name : subject.source().other_names) {
    if (!name.ends_with(":latest") && name != "latest") continue;
    findings.push_back(Finding{fmt::format("the image is also named '{}'", shorten(name, 255)),
                               {},
                               "push the version, not that name",
                               name,
                               {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc304_also_latest{"SDC304",      "also-latest",    Severity::info,
                                               Needs::source, Origin::practice, "The image also has the tag latest",
                                               check};

}  // namespace sidecarctl::lint
