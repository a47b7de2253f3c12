// SPDX-License-Identifier: Apache-2.0
#include "report/text_style.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

/// SGR parameters of the eight basic colours only: they follow the user's theme, dark or light.
std::string_view parameters_of(Paint paint) {
  switch (paint) {
    case Paint::plain: return "";
    case Paint::error: return "1;31";
    case Paint::warning: return "1;33";
    case Paint::note: return "36";
    case Paint::good: return "32";
    case Paint::strong: return "1";
    case Paint::quiet: return "2";
  }
  return "";
}

}  // namespace

std::string TextStyle::paint(Paint paint, std::string_view text) const {
  if (!color_ || text.empty() || paint == Paint::plain) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", parameters_of(paint), text);
}

}  // namespace sidecarctl
