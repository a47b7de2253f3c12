// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace sidecarctl {

/// A text file that the build put into the program.
struct EmbeddedText {
  std::string_view name;  ///< File name without ending.
  std::string_view text;
};

}  // namespace sidecarctl
