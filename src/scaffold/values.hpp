// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace sidecarctl::scaffold {

using Words = std::vector<std::string>;
/// A text or a list of texts. The empty text and the empty list are "no" in a section.
using Value = std::variant<std::string, Words>;
using Values = std::map<std::string, Value, std::less<>>;

inline bool is_set(const Value& value) {
  return std::visit([](const auto& held) { return !held.empty(); }, value);
}

}  // namespace sidecarctl::scaffold
