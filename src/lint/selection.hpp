// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/engine.hpp"

#include <string>
#include <vector>

namespace sidecarctl::lint {

/// The options --only, --ignore and --severity as the user wrote them.
struct SelectionRequest {
  std::vector<std::string> only;      ///< Ids or names in any case.
  std::vector<std::string> ignore;    ///< "ID" or "ID=REASON".
  std::vector<std::string> severity;  ///< "ID=LEVEL".
};

/// Throws Error{usage}: an unknown rule or level, a requirement that is ignored without a reason or lowered.
RuleSelection parse_selection(const SelectionRequest& request);

/// The rules that run, in the order in which they run: by what they need, then by id.
std::vector<const Rule*> select_rules(const RuleSelection& selection);

/// How a finding of `rule` counts. Raising a rule leaves alone what it says at a lower level than its usual one ("for
/// your information"); lowering caps everything it says, except of a requirement.
Severity effective_severity(const Rule& rule, const Finding& finding, const RuleSelection& selection);

/// The level of the rule itself.
Severity effective_severity(const Rule& rule, const RuleSelection& selection);

}  // namespace sidecarctl::lint
