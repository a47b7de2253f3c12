// SPDX-License-Identifier: Apache-2.0

#include "lint/rule.hpp"
#include "lint/subject.hpp"

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Resolution* resolution = subject.resolution();
  if (resolution == nullptr || resolution->outcome != Resolution::Outcome::schema1) return Verdict::decided();
  findings.push_back(Finding{"the manifest is Docker schema 1, which current runtimes no longer pull",
                             {},
                             "push the image again with a current docker, podman, skopeo or sidecarctl",
                             {},
                             {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc002_schema1_manifest{
    "SDC002", "schema1-manifest", Severity::error, Needs::source, Origin::runtime, "The manifest is Docker schema 1",
    check};

}  // namespace sidecarctl::lint
