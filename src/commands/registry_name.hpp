// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sidecarctl {

/// The registry that the user means by "registry.example.com", "localhost:5000", "docker.io" or "https://host/". Throws
/// Error{usage} for anything that is not a host with an optional port.
std::string registry_name(const std::string& text);

}  // namespace sidecarctl
