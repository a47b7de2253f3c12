// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const auto& others = subject.source().same_name;
  if (others.empty()) return Verdict::decided();
  findings.push_back(
      Finding{fmt::format("{} in this place {} the same name; which one is meant cannot be told",
                          plural(others.size(), "other image"), others.size() == 1 ? "has" : "have"),
              {},
              "name the image with ':@N' (its number) or write the place again with one image for each name",
              others.front(),
              {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc008_ambiguous_name{"SDC008",      "ambiguous-name", Severity::error,
                                                  Needs::source, Origin::runtime,  "Several images have the same name",
                                                  check};

}  // namespace sidecarctl::lint
