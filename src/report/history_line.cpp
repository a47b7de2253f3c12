// SPDX-License-Identifier: Apache-2.0
#include "report/history_line.hpp"

#include "util/strings.hpp"

#include <algorithm>
#include <cctype>

namespace sidecarctl {

namespace {

constexpr std::string_view kShell = "/bin/sh -c ";

/// The classic builder writes build arguments before the shell: "|2 A=1 B=two words /bin/sh -c make". A value may hold
/// blanks, so the shell is what tells where they end.
std::string_view without_build_arguments(std::string_view text) {
  if (!text.starts_with('|') || text.size() < 2 || std::isdigit(static_cast<unsigned char>(text[1])) == 0) return text;
  const std::size_t shell = text.find(kShell);
  return shell == std::string_view::npos ? text : text.substr(shell);
}

std::string single_blanks(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n';
    if (!blank) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  return std::string(trim(result));
}

}  // namespace

std::string readable_history_line(std::string_view created_by) {
  constexpr std::string_view kBuildkit = "# buildkit", kNothing = "#(nop)", kRun = "RUN ";
  std::string_view text = trim(created_by);
  if (text.ends_with(kBuildkit)) text = trim(text.substr(0, text.size() - kBuildkit.size()));
  const bool has_run = text.starts_with(kRun);
  if (has_run) text = trim(text.substr(kRun.size()));
  text = without_build_arguments(text);
  const bool has_shell = text.starts_with(kShell);
  if (has_shell) text = trim(text.substr(kShell.size()));
  if (text.starts_with(kNothing)) return single_blanks(text.substr(kNothing.size()));
  return (has_run || has_shell ? std::string(kRun) : "") + single_blanks(text);
}

}  // namespace sidecarctl
