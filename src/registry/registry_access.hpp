// SPDX-License-Identifier: Apache-2.0
// The way to a registry: connections, TLS, credentials and retries as the user's options and files say.
#pragma once

#include "http/transport.hpp"
#include "registry/options.hpp"
#include "util/cancel.hpp"
#include "util/clock.hpp"
#include "util/environment.hpp"
#include "util/events.hpp"

#include <functional>
#include <memory>
#include <string>

namespace sidecarctl {

class RegistryClient;

/// Everything that clients of registries share in one run. References must outlive it.
struct RegistryContext {
  RegistryOptions options;
  Environment environment;
  Events& events;
  Clock& clock;
  const CancelToken& cancel;
  /// Makes the bottom of the transport stack; tests give a fake one.
  std::function<std::unique_ptr<HttpTransport>(HttpOptions)> make_transport;
};

/// A client for one registry ("docker.io", "localhost:5000"): finds the scheme (https; http for loopback when the
/// server does not speak TLS, or when asked), certs.d, credentials; retries and authenticates by itself. Does not
/// connect yet.
std::unique_ptr<RegistryClient> connect_registry(const std::string& registry, const RegistryContext& context);

}  // namespace sidecarctl
