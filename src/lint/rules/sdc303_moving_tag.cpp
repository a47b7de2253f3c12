// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace sidecarctl::lint {

namespace {
bool is_moving(const std::string& tag) {
  constexpr std::array<std::string_view, 12> kMoving{"main",   "master", "dev",     "develop", "edge", "nightly",
                                                     "stable", "test",   "testing", "prod",    "beta", "snapshot"};
  const std::string lower = to_lower(tag);
  if (std::find(kMoving.begin(), kMoving.end(), lower) != kMoving.end()) return true;
  // A bare major version: "3" or "v3". Longer numbers are dates and build numbers.
  const std::string_view digits = std::string_view(lower).substr(lower.starts_with('v') ? 1 : 0);
  return !digits.empty() && digits.size() <= 2 && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const SourceInfo& source = subject.source();
  if (source.digest) return Verdict::not_applicable("the name has a digest");
  if (!source.tag) return Verdict::not_applicable("the name has no tag");
  if (!is_moving(*source.tag)) return Verdict::decided();
  findings.push_back(
      Finding{fmt::format("the tag '{}' is one that people move from image to image", shorten(*source.tag, 128)),
              {},
              "use a tag that is set once (1.0.3, a commit), or the digest",
              source.tag,
              {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc303_moving_tag{"SDC303",      "moving-tag",     Severity::info,
                                              Needs::source, Origin::practice, "The tag is one that usually moves",
                                              check};

}  // namespace sidecarctl::lint
