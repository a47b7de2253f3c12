// SPDX-License-Identifier: Apache-2.0
// The options about registries that every command has which takes an image from one or brings one there.
#pragma once

#include "cli/env.hpp"
#include "registry/options.hpp"
#include "transports/transport.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace sidecarctl {

/// Of a password on stdin: a token of a cloud registry has a few KiB.
inline constexpr std::size_t kLongestPassword = 64 * 1024;
inline constexpr std::uint64_t kLargestTokenFile = 1024 * 1024;

/// Bound once in declare*(), read by resolve(). Must outlive the app.
class RegistryFlags {
 public:
  /// What the command does with credentials.
  enum class Use {
    read,   ///< Sends them: a user name needs a password, an authfile must be there.
    login,  ///< Stores or erases them: it may ask for the password, and makes the authfile.
  };

  /// For commands that open images: declare_registry() and --docker-host.
  void declare(CLI::App& app);
  /// --plain-http --tls-verify --cacert --authfile --username --password-stdin --token-file.
  void declare_registry(CLI::App& app);
  /// --cert --key --proxy --timeout --retry-max-time --helper-timeout, for push and login.
  void declare_connection(CLI::App& app);

  /// Reads the password from env.input (one line) and the token file, and checks that the files named can be read:
  /// Error{config} if not. Call once: stdin is read once.
  RegistryOptions resolve(Env& env, Use use = Use::read) const;

  const std::optional<std::string>& docker_host() const noexcept { return docker_host_; }
  /// Then stdin cannot also be the image.
  bool reads_stdin() const noexcept { return password_stdin_; }

 private:
  bool plain_http_ = false;
  bool tls_verify_ = true;
  bool password_stdin_ = false;
  std::optional<std::string> cacert_, cert_, key_, authfile_, username_, token_file_, proxy_, docker_host_;
  std::optional<std::string> timeout_;
  std::string retry_max_time_ = "10m";
  std::string helper_timeout_ = "30s";
};

/// What opening an image or talking to a registry needs, out of the command line and the process. Refers to `env` and
/// to itself: stays where it was made.
struct ImageAccess {
  ImageAccess(Env& env, const RegistryFlags& flags, RegistryFlags::Use use = RegistryFlags::Use::read);
  ImageAccess(const ImageAccess&) = delete;
  ImageAccess& operator=(const ImageAccess&) = delete;

  RegistryContext registry;
  TransportContext transport;
};

}  // namespace sidecarctl
