// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/environment.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace sidecarctl::test {

/// An environment of these variables and no others.
inline Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  };
}

}  // namespace sidecarctl::test
