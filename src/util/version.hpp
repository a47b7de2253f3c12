// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sidecarctl {

/// The version of this program, "0.1.0".
std::string_view version() noexcept;
/// The git commit it was built from, 12 digits, or "unknown".
std::string_view commit() noexcept;

}  // namespace sidecarctl
