// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace sidecarctl {

/// What the user said about registries, the same for every command that talks to one.
struct RegistryOptions {
  bool plain_http = false;
  bool tls_verify = true;
  std::optional<std::filesystem::path> cacert, cert, key, authfile;
  std::optional<std::string> username;  ///< With `password`.
  std::optional<std::string> password;
  std::optional<std::string> token;  ///< A bearer token, or the password when `username` is set.
  std::optional<std::string> proxy;
  std::chrono::milliseconds helper_timeout{30000};
  std::optional<std::chrono::milliseconds> timeout;  ///< Of the whole command; nullopt: none.
  std::chrono::milliseconds retry_max_time{600000};
};

}  // namespace sidecarctl
