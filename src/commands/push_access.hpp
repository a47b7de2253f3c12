// SPDX-License-Identifier: Apache-2.0
// The ways to the two registries that a push may talk to.
#pragma once

#include "registry/options.hpp"
#include "registry/registry_access.hpp"

#include <optional>
#include <string>

namespace sidecarctl {

/// The same context with other options, listener and token. References must outlive the result.
RegistryContext context_with(const RegistryContext& context, RegistryOptions options, Events& events,
                             const CancelToken& cancel);

/// What was said about the destination's registry is not for another one that the image is read from: not the password,
/// and not that TLS may be left out. `target` nullopt: the destination is not known yet.
RegistryOptions options_for_source(RegistryOptions options, const std::string& image,
                                   const std::optional<std::string>& target);

}  // namespace sidecarctl
