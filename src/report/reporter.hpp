// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/engine.hpp"

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

struct ReportStyle {
  bool color = false;
  bool verbose = false;
  bool stats = false;
};

/// Writes lint reports in one format. Everything from images is escaped.
using LintWriter = void (*)(std::ostream& out, const std::vector<lint::TargetReport>& reports,
                            const ReportStyle& style);

/// "text", "json"; nullptr if there is none of that name. One line here for each format.
LintWriter find_lint_writer(std::string_view format);
std::vector<std::string> lint_formats();

}  // namespace sidecarctl
