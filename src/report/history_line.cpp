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

/// "COPY file:0fc9…" with the 64 digits of a content digest cut to 12, as image ids are shown.
std::string short_digests(std::string text) {
  constexpr std::size_t kDigits = 64, kShown = 12;
  for (const std::string_view kind : {"file:", "dir:", "multi:", "sha256:"}) {
    for (std::size_t at = text.find(kind); at != std::string::npos; at = text.find(kind, at + 1)) {
      const std::size_t start = at + kind.size();
      const std::size_t end = std::min(text.find_first_not_of("0123456789abcdef", start), text.size());
      if (end - start == kDigits) text.erase(start + kShown, kDigits - kShown);
    }
  }
  return text;
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
  if (text.starts_with(kNothing)) return short_digests(single_blanks(text.substr(kNothing.size())));
  return (has_run || has_shell ? std::string(kRun) : "") + short_digests(single_blanks(text));
}

}  // namespace sidecarctl
