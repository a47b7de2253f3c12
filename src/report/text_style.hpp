// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sidecarctl {

enum class Paint { plain, error, warning, note, good, strong, quiet };

/// Colours, or none.
class TextStyle {
 public:
  explicit TextStyle(bool color) : color_(color) {}
  /// `text` must be safe for a terminal already. Nothing is put around an empty text.
  std::string paint(Paint paint, std::string_view text) const;

 private:
  bool color_;
};

}  // namespace sidecarctl
