// SPDX-License-Identifier: Apache-2.0
// Where Docker's and podman's sockets are: DOCKER_HOST, contexts, the usual paths.
#pragma once

#include "util/environment.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// A way to an engine.
struct EngineEndpoint {
  std::string shown;     ///< "unix:///var/run/docker.sock": for messages.
  std::string base_url;  ///< "http://docker", "https://host:2376"; "" for ssh, which only the CLI speaks.
  std::optional<std::filesystem::path> unix_socket;
  std::optional<std::filesystem::path> cacert, cert, key;
  bool verify_tls = true;
};

/// "unix:///path", "tcp://host:port", "http(s)://host:port", "ssh://user@host". Throws Error{config} naming `from` for
/// anything else.
EngineEndpoint parse_engine_host(std::string_view host, std::string_view from);

/// The endpoints to try for Docker, as the docker command chooses them: --docker-host, DOCKER_HOST, the current context
/// (DOCKER_CONTEXT, else currentContext of config.json), else the sockets that exist of /var/run/docker.sock and the
/// rootless ones. The first three are exclusive. DOCKER_TLS_VERIFY and DOCKER_CERT_PATH apply to tcp.
std::vector<EngineEndpoint> docker_endpoints(const std::optional<std::string>& option, const Environment& environment);

/// The sockets of podman's service: CONTAINER_HOST, else those that exist of the user's and the system's.
std::vector<EngineEndpoint> podman_endpoints(const Environment& environment);

}  // namespace sidecarctl
