// SPDX-License-Identifier: Apache-2.0
// The formats of lint reports, each in a file of its own; found by name through report/reporter.hpp.
#pragma once

#include "report/reporter.hpp"

namespace sidecarctl {

void write_lint_text(std::ostream& out, const std::vector<lint::TargetReport>& reports, const ReportStyle& style);

/// docs/schema/lint.v1.json describes it. ASCII only, so that a terminal may see it.
void write_lint_json(std::ostream& out, const std::vector<lint::TargetReport>& reports, const ReportStyle& style);

}  // namespace sidecarctl
