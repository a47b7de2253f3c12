// SPDX-License-Identifier: Apache-2.0

#include "lint/rule.hpp"
#include "lint/subject.hpp"

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  if (subject.manifest() == nullptr) return Verdict::not_applicable("the engine hands out no blobs to check");
  for (const LayerFacts& layer : subject.files()->layers_read()) {
    for (const LayerFault& fault : layer.faults) {
      findings.push_back(Finding{
          fault.message, LayerFile{layer.index, ""}, "build or pull the image again; this copy is damaged", {}, {}});
    }
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc003_damaged_blob{"SDC003",
                                                "damaged-blob",
                                                Severity::error,
                                                Needs::read_layers,
                                                Origin::runtime,
                                                "A blob is not what its digest and size promise",
                                                check};

}  // namespace sidecarctl::lint
