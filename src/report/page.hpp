// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/text_style.hpp"

#include <ostream>
#include <string_view>

namespace sidecarctl {

/// A Markdown page for a reader at a terminal: headings and fenced blocks are painted, the labels of fences are left
/// out, nothing else is changed.
void write_page(std::ostream& out, std::string_view markdown, const TextStyle& style);

}  // namespace sidecarctl
