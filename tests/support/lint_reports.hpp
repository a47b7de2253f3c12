// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/engine.hpp"

#include <string>

namespace sidecarctl::test {

/// A report with one of everything that a report can hold.
lint::TargetReport full_report();
/// A report of a target that could not be linted.
lint::TargetReport failed_report();

/// One finding of a rule that exists only here.
lint::ReportedFinding reported(lint::Severity severity, lint::Finding finding, std::string layer_command = "");

}  // namespace sidecarctl::test
