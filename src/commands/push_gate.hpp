// SPDX-License-Identifier: Apache-2.0
// The lint rules that an image must pass before its first byte leaves.
#pragma once

#include "image/source.hpp"
#include "lint/engine.hpp"
#include "registry/push_destination.hpp"
#include "util/events.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

struct GateOptions {
  bool platform_only = false;  ///< --no-verify: nothing but linux/amd64.
  bool allow_latest = false;
  std::vector<std::string> volumes;
  std::optional<lint::ProfileName> profile;
  std::optional<std::filesystem::path> cache;
};

/// The answer was no. `report` says why.
class GateRefusal : public Error {
 public:
  GateRefusal(Error error, lint::TargetReport report) : Error(std::move(error)), report_(std::move(report)) {}
  const lint::TargetReport& report() const noexcept { return report_; }

 private:
  lint::TargetReport report_;
};

/// Lints `source` as it would be named at the destination. Throws GateRefusal (kind policy) for findings of error
/// level, Error{corrupt} when a rule of error level could not decide, and what kept the image from being read. Other
/// findings are told as warnings.
void pass_gate(ImageSource& source, const PushDestination& destination, const GateOptions& options, Events& events);

}  // namespace sidecarctl
