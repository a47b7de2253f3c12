// SPDX-License-Identifier: Apache-2.0
#include "report/page.hpp"

#include "util/strings.hpp"

namespace sidecarctl {

void write_page(std::ostream& out, std::string_view markdown, const TextStyle& style) {
  constexpr std::string_view kFence = "```";
  bool in_fence = false;
  while (markdown.ends_with('\n')) markdown.remove_suffix(1);
  for (const std::string& line : split(markdown, '\n')) {
    const std::string safe = escape_text(line);
    if (line.starts_with(kFence)) {
      in_fence = !in_fence;
      // "```config bad" tells the tests what the block is; the heading above it tells the reader.
      out << style.paint(Paint::quiet, kFence) << "\n";
    } else if (in_fence) {
      out << style.paint(Paint::note, safe) << "\n";
    } else {
      out << style.paint(line.starts_with('#') ? Paint::strong : Paint::plain, safe) << "\n";
    }
  }
}

}  // namespace sidecarctl
