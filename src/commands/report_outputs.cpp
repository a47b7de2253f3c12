// SPDX-License-Identifier: Apache-2.0
#include "commands/report_outputs.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace sidecarctl {

namespace {

ReportOutput parse_output(const std::string& option) {
  const std::size_t equals = option.find('=');
  const std::string format = option.substr(0, equals);
  if (equals == std::string::npos || equals + 1 == option.size()) {
    throw Error(ErrorKind::usage, fmt::format("--output '{}' is not FORMAT=PATH", option),
                "as in --output json=report.json");
  }
  const LintWriter writer = find_lint_writer(format);
  if (writer == nullptr) {
    throw Error(ErrorKind::usage,
                fmt::format("--output: there is no format '{}'{}", format, did_you_mean(format, lint_formats())),
                "the formats are " + join(lint_formats(), ", "));
  }
  return {writer, option.substr(equals + 1)};
}

}  // namespace

std::vector<ReportOutput> parse_report_outputs(const std::vector<std::string>& options) {
  std::vector<ReportOutput> outputs;
  for (const std::string& option : options) {
    ReportOutput output = parse_output(option);
    const bool taken = std::any_of(outputs.begin(), outputs.end(),
                                   [&](const ReportOutput& other) { return other.path == output.path; });
    if (taken) throw Error(ErrorKind::usage, fmt::format("--output: '{}' is given twice", output.path.string()));
    outputs.push_back(std::move(output));
  }
  return outputs;
}

void write_report_outputs(const std::vector<ReportOutput>& outputs, const std::vector<lint::TargetReport>& reports,
                          const ReportStyle& style) {
  for (const ReportOutput& output : outputs) {
    std::ostringstream text;
    output.writer(text, reports, style);
    write_file_atomically(output.path, text.str());
  }
}

}  // namespace sidecarctl
