// SPDX-License-Identifier: Apache-2.0
// Credentials out of docker's and podman's files and helpers (docker config.json, containers-auth.json(5)).
#pragma once

#include "registry/options.hpp"
#include "util/cancel.hpp"
#include "util/environment.hpp"

#include <optional>
#include <string>

namespace sidecarctl {

struct Credential {
  std::string username, password;
  std::string identity_token;  ///< OAuth2 refresh token; then the password is empty.
  std::string bearer_token;    ///< Sent as it is.
  std::string from;            ///< Where it was found, for people: "~/.docker/config.json (helper 'pass')".
};

/// Looks up `registry`/`repository`: longest key first, the first file with a match wins. nullopt: anonymous. Throws
/// Error{config} for a file that cannot be read as JSON and Error{tool} for a helper that is missing, fails or hangs.
std::optional<Credential> find_credential(const std::string& registry, const std::string& repository,
                                          const RegistryOptions& options, const Environment& environment,
                                          const CancelToken& cancel);

/// Where find_credential() looks, for people: "~/.docker/config.json, ~/.config/containers/auth.json".
std::string credential_places_text(const RegistryOptions& options, const Environment& environment);

/// As `docker login` would store it: in the helper the file names for that registry, else in the file's `auths`.
/// Returns where it went. Never writes a file partly; keeps every key that it does not know.
std::string store_credential(const std::string& registry, const Credential& credential, const RegistryOptions& options,
                             const Environment& environment, const CancelToken& cancel);

/// Removes what store_credential stored; false: nothing was there.
bool erase_credential(const std::string& registry, const RegistryOptions& options, const Environment& environment,
                      const CancelToken& cancel);

}  // namespace sidecarctl
