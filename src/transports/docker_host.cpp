// SPDX-License-Identifier: Apache-2.0
#include "transports/docker_host.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/json.hpp"
#include "util/sha256.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxConfigFile = 1024 * 1024;
constexpr std::uint16_t kTlsPort = 2376, kPlainPort = 2375;

EngineEndpoint unix_endpoint(const fs::path& socket) {
  return EngineEndpoint{"unix://" + socket.string(), "http://localhost", socket, {}, {}, {}, true};
}

std::string with_port(std::string authority, std::uint16_t port) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  return has_port ? authority : fmt::format("{}:{}", authority, port);
}

fs::path docker_config_folder(const Environment& environment) {
  if (const auto folder = environment("DOCKER_CONFIG")) return *folder;
  return home_directory(environment).value_or("/") / ".docker";
}

/// ca.pem, cert.pem and key.pem of a folder, as far as they are there.
void use_certificates(EngineEndpoint& endpoint, const fs::path& folder) {
  const auto existing = [&](const char* name) -> std::optional<fs::path> {
    std::error_code error;
    return fs::exists(folder / name, error) ? std::optional(folder / name) : std::nullopt;
  };
  endpoint.cacert = existing("ca.pem");
  endpoint.cert = existing("cert.pem");
  endpoint.key = existing("key.pem");
}

void use_tls(EngineEndpoint& endpoint) {
  if (endpoint.base_url.starts_with("http://")) {
    const std::string authority = endpoint.base_url.substr(7);
    endpoint.base_url = "https://" + authority;
  }
}

EngineEndpoint endpoint_from_variables(const std::string& host, std::string_view from, const Environment& environment) {
  EngineEndpoint endpoint = parse_engine_host(host, from);
  if (endpoint.unix_socket || endpoint.base_url.empty()) return endpoint;
  const auto certificates = environment("DOCKER_CERT_PATH");
  const bool verify = environment("DOCKER_TLS_VERIFY").has_value();
  if (!verify && !environment("DOCKER_TLS").has_value()) return endpoint;
  use_tls(endpoint);
  endpoint.verify_tls = verify;
  use_certificates(endpoint, certificates ? fs::path(*certificates) : docker_config_folder(environment));
  return endpoint;
}

std::optional<std::string> current_context(const Environment& environment) {
  if (auto name = environment("DOCKER_CONTEXT")) return name;
  const fs::path file = docker_config_folder(environment) / "config.json";
  const auto text = read_file_if_exists(file, kMaxConfigFile);
  if (!text || trim(*text).empty()) return std::nullopt;
  const Json document = parse_json(*text, file.string());
  return JsonReader(document, file.string()).optional_string("currentContext");
}

/// docker/cli context store: meta/<sha256 of the name>/meta.json, certificates beside it in tls/.
EngineEndpoint context_endpoint(const std::string& name, const Environment& environment) {
  const Sha256Bytes hash = sha256(name);
  const std::string id = to_hex(hash.data(), hash.size());
  const fs::path contexts = docker_config_folder(environment) / "contexts";
  const fs::path file = contexts / "meta" / id / "meta.json";
  const auto text = read_file_if_exists(file, kMaxConfigFile);
  if (!text) {
    throw Error(
        ErrorKind::config,
        fmt::format("the Docker context '{}' is not defined ({} is not there)", escape_text(name), file.string()),
        "choose another with 'docker context use NAME', or unset DOCKER_CONTEXT");
  }
  const Json document = parse_json(*text, file.string());
  const JsonReader docker = JsonReader(document, file.string()).at("Endpoints").at("docker");
  EngineEndpoint endpoint =
      parse_engine_host(docker.at("Host").string(), fmt::format("the Docker context '{}'", escape_text(name)));
  const fs::path certificates = contexts / "tls" / id / "docker";
  std::error_code error;
  if (fs::is_directory(certificates, error)) {
    use_tls(endpoint);
    use_certificates(endpoint, certificates);
  }
  if (const auto skip = docker.find("SkipTLSVerify")) endpoint.verify_tls = !skip->boolean();
  return endpoint;
}

std::vector<EngineEndpoint> existing_sockets(const std::vector<fs::path>& candidates) {
  std::vector<EngineEndpoint> result;
  for (const fs::path& socket : candidates) {
    std::error_code error;
    if (fs::exists(socket, error)) result.push_back(unix_endpoint(socket));
  }
  return result;
}

}  // namespace

EngineEndpoint parse_engine_host(std::string_view host, std::string_view from) {
  const auto rest_of = [&](std::string_view scheme) { return std::string(host.substr(scheme.size())); };
  if (host.starts_with("unix://") && host.size() > 7) return unix_endpoint(rest_of("unix://"));
  for (const std::string_view scheme : {"tcp://", "http://", "https://"}) {
    if (!host.starts_with(scheme) || host.size() == scheme.size()) continue;
    const bool tls = scheme == "https://";
    std::string authority = rest_of(scheme);
    while (authority.ends_with('/')) authority.pop_back();
    EngineEndpoint endpoint;
    endpoint.shown = std::string(host);
    endpoint.base_url = (tls ? "https://" : "http://") + with_port(authority, tls ? kTlsPort : kPlainPort);
    return endpoint;
  }
  if (host.starts_with("ssh://") && host.size() > 6) return EngineEndpoint{std::string(host), "", {}, {}, {}, {}, true};
  throw Error(ErrorKind::config,
              fmt::format("{} is '{}', which is no engine address", from, shorten(escape_text(host), 200)),
              "use unix:///path/to/docker.sock, tcp://host:2376 or ssh://user@host");
}

std::vector<EngineEndpoint> docker_endpoints(const std::optional<std::string>& option, const Environment& environment) {
  if (option) return {endpoint_from_variables(*option, "--docker-host", environment)};
  if (const auto host = environment("DOCKER_HOST")) {
    return {endpoint_from_variables(*host, "DOCKER_HOST", environment)};
  }
  const auto context = current_context(environment);
  if (context && *context != "default") return {context_endpoint(*context, environment)};
  std::vector<fs::path> sockets{"/var/run/docker.sock"};
  if (const auto runtime = environment("XDG_RUNTIME_DIR")) sockets.push_back(fs::path(*runtime) / "docker.sock");
  if (const auto home = home_directory(environment)) {
    sockets.push_back(*home / ".docker/run/docker.sock");
    sockets.push_back(*home / ".docker/desktop/docker.sock");
  }
  return existing_sockets(sockets);
}

std::vector<EngineEndpoint> podman_endpoints(const Environment& environment) {
  if (const auto host = environment("CONTAINER_HOST")) return {parse_engine_host(*host, "CONTAINER_HOST")};
  std::vector<fs::path> sockets;
  if (const auto runtime = environment("XDG_RUNTIME_DIR")) sockets.push_back(fs::path(*runtime) / "podman/podman.sock");
  sockets.emplace_back("/run/podman/podman.sock");
  return existing_sockets(sockets);
}

}  // namespace sidecarctl
