// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace sidecarctl {

/// An image config as it may be shown.
struct MaskedConfig {
  std::string text;        ///< The bytes as they are when nothing is hidden, else JSON with the same members.
  std::size_t hidden = 0;  ///< So many values.
};

/// Hides the values that `inspect` hides: variables, labels, options and history lines. Throws ParseError for bytes
/// that are no JSON: what is in them cannot be told.
MaskedConfig mask_config(const std::string& bytes);

}  // namespace sidecarctl
