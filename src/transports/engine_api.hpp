// SPDX-License-Identifier: Apache-2.0
// The HTTP API of Docker and podman: versions, JSON answers, streams, errors.
#pragma once

#include "http/transport.hpp"
#include "transports/docker_host.hpp"
#include "util/json.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sidecarctl {

/// "1.41" as numbers; {0, 0} for a text that is no version.
struct ApiVersion {
  unsigned major = 0, minor = 0;
  static ApiVersion parse(std::string_view text);
  std::string str() const;
  friend auto operator<=>(const ApiVersion&, const ApiVersion&) = default;
};

/// The newest version whose answers we know.
inline constexpr ApiVersion kNewestApi{1, 48};

/// One engine that answers. Thread-safe.
class EngineApi {
 public:
  using TransportFactory = std::function<std::unique_ptr<HttpTransport>(HttpOptions)>;

  /// Connects, pings, and settles on a version both sides speak. Throws Error{network|denied|tool} that says how to
  /// reach `endpoint` or why not.
  EngineApi(const EngineEndpoint& endpoint, std::string engine, const TransportFactory& make_transport);

  const ApiVersion& version() const noexcept { return version_; }
  const std::string& shown() const noexcept { return shown_; }
  bool is_podman() const noexcept { return !libpod_version_.empty(); }

  /// `path` starts with '/', query included; the version is put before it. nullopt for 404. Bounded at 8 MiB.
  std::optional<Json> get_json(const std::string& path) const;
  /// Not cut short when the user interrupts.
  Json post_json(const std::string& path, const Json& body) const;
  /// Also after the user has interrupted: it cleans up.
  void remove(const std::string& path) const;
  HttpResponse head(const std::string& path) const;
  /// The body of a GET. Any status is an answer.
  HttpResponse get(const std::string& path) const;
  /// Throws Error{tool|not_found} with the engine's own message when the status is not 2xx.
  void check(const HttpResponse& response, std::string_view doing) const;

 private:
  void ping();
  HttpResponse send(HttpMethod method, const std::string& path, const std::string& body = {}) const;

  std::string engine_, shown_, base_url_;
  std::unique_ptr<HttpTransport> http_;
  ApiVersion version_;
  std::string libpod_version_;  ///< Of podman's own API.
};

/// A part of a URL's path or a query value: everything but unreserved characters as %XX.
std::string percent_encode(std::string_view text);

}  // namespace sidecarctl
