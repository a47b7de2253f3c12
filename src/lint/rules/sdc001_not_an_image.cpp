// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Resolution* resolution = subject.resolution();
  if (resolution == nullptr || resolution->outcome != Resolution::Outcome::not_an_image) return Verdict::decided();
  findings.push_back(Finding{fmt::format("this cannot run: {}", resolution->reason),
                             {},
                             "name a container image; charts, signatures and attestations have none",
                             {},
                             {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc001_not_an_image{
    "SDC001", "not-an-image", Severity::error, Needs::source, Origin::runtime, "It is not a container image", check};

}  // namespace sidecarctl::lint
