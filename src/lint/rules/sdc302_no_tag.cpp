// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const SourceInfo& source = subject.source();
  if (!source.name) return Verdict::not_applicable("the image has no name here");
  if (source.tag || source.digest) return Verdict::decided();
  if (!Reference::try_parse(*source.name)) return Verdict::not_applicable("the name is not valid (SDC306)");
  findings.push_back(Finding{fmt::format("'{}' has no tag, which means 'latest'", shorten(*source.name, 255)),
                             {},
                             "write a version behind the name: " + shorten(*source.name, 255) + ":1.0.0",
                             source.name,
                             {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc302_no_tag{
    "SDC302", "no-tag", Severity::error, Needs::source, Origin::requirement, "The name has neither tag nor digest",
    check};

}  // namespace sidecarctl::lint
