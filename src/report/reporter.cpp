// SPDX-License-Identifier: Apache-2.0
#include "report/reporter.hpp"

#include "report/formats.hpp"

#include <algorithm>
#include <utility>

namespace sidecarctl {

namespace {

// One line for each format.
constexpr std::pair<std::string_view, LintWriter> kWriters[] = {
    {"text", write_lint_text},
    {"json", write_lint_json},
};

}  // namespace

LintWriter find_lint_writer(std::string_view format) {
  const auto* at = std::find_if(std::begin(kWriters), std::end(kWriters),
                                [&](const auto& writer) { return writer.first == format; });
  return at == std::end(kWriters) ? nullptr : at->second;
}

std::vector<std::string> lint_formats() {
  std::vector<std::string> names;
  for (const auto& [name, writer] : kWriters) names.emplace_back(name);
  return names;
}

}  // namespace sidecarctl
