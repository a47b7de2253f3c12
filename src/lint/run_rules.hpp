// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/engine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sidecarctl::lint {

/// What the rules said of one subject.
struct RuleRun {
  std::vector<ReportedFinding> findings;  ///< Worst first, then by rule id.
  std::vector<RuleVerdict> verdicts;      ///< By rule id.
  /// What kept a rule of error level from reading what it asks about (damage, a connection that broke): the image as a
  /// whole cannot be judged.
  std::optional<Error> failure;
};

/// Asks `rules` in their order. A rule that needs what the subject does not have is not-applicable, with `absence`
/// ("not an image: ...") as the reason. Throws only Error{interrupted}.
RuleRun run_rules(const Subject& subject, const std::vector<const Rule*>& rules, const RuleSelection& selection,
                  const std::string& absence);

}  // namespace sidecarctl::lint
