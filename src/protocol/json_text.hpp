// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sidecarctl::protocol {

/// Appends `text` as a JSON string. Bytes that are not UTF-8 become U+FFFD: arguments may hold any byte, JSON may not.
void append_json_string(std::string& out, std::string_view text);

}  // namespace sidecarctl::protocol
