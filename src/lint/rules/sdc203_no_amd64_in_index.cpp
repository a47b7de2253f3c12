// SPDX-License-Identifier: Apache-2.0

#include "lint/rule.hpp"
#include "lint/subject.hpp"

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Resolution* resolution = subject.resolution();
  if (resolution == nullptr) return Verdict::not_applicable("the engine shows no index");
  if (resolution->outcome != Resolution::Outcome::no_platform) return Verdict::decided();
  findings.push_back(Finding{resolution->reason, {}, "build with --platform linux/amd64 and push again", {}, {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc203_no_amd64_in_index{
    "SDC203",      "no-amd64-in-index", Severity::error,
    Needs::source, Origin::requirement, "The index has no image for linux/amd64",
    check};

}  // namespace sidecarctl::lint
