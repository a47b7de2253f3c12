// SPDX-License-Identifier: Apache-2.0
// `--output FORMAT=PATH`: reports into files, beside the one on stdout.
#pragma once

#include "report/reporter.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace sidecarctl {

struct ReportOutput {
  LintWriter writer;
  std::filesystem::path path;
};

/// Throws Error{usage} for an unknown format, a missing path or a path that is given twice.
std::vector<ReportOutput> parse_report_outputs(const std::vector<std::string>& options);

/// Each file is there wholly or not at all. Throws Error{io|denied|not_found}.
void write_report_outputs(const std::vector<ReportOutput>& outputs, const std::vector<lint::TargetReport>& reports,
                          const ReportStyle& style);

}  // namespace sidecarctl
