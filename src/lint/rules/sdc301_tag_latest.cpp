// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const SourceInfo& source = subject.source();
  if (!source.tag) return Verdict::not_applicable(source.name ? "the name has no tag" : "the image has no name here");
  if (!equals_ignore_case(*source.tag, "latest")) return Verdict::decided();
  const bool exact = *source.tag == "latest";
  findings.push_back(
      Finding{exact ? "the tag is 'latest', which is never executed"
                    : fmt::format("the tag '{}' differs from 'latest' only in case", shorten(*source.tag, 128)),
              {},
              "give it a version: 1.0.0, or the output of git describe --always --dirty",
              source.tag,
              exact ? Severity::error : Severity::warning});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc301_tag_latest{
    "SDC301", "tag-latest", Severity::error, Needs::source, Origin::requirement, "The tag is latest", check};

}  // namespace sidecarctl::lint
