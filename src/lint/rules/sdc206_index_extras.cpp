// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Resolution* resolution = subject.resolution();
  if (resolution == nullptr || resolution->entries.empty())
    return Verdict::not_applicable("the name leads to a single image");
  std::vector<std::string> extras;
  std::size_t attestations = 0;
  for (const Descriptor& entry : resolution->entries) {
    if (resolution->chosen && entry.digest == resolution->chosen->digest) continue;
    if (is_attestation(entry)) {
      ++attestations;
    } else {
      extras.push_back(entry.platform ? entry.platform->str() : "an image without a platform");
    }
  }
  if (attestations > 0) extras.push_back(plural(attestations, "attestation"));
  if (extras.empty()) return Verdict::decided();
  findings.push_back(
      Finding{fmt::format("the index also holds {}", join(extras, ", ")),
              {},
              "push the single image: sidecarctl push does, or docker buildx build --provenance=false --sbom=false",
              join(extras, ", "),
              {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc206_index_extras{
    "SDC206",      "index-extras",  Severity::info,
    Needs::config, Origin::runtime, "The index holds more than the one image that runs",
    check};

}  // namespace sidecarctl::lint
