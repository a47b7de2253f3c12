// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/source.hpp"
#include "registry/registry_access.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// What a transport may use. Nothing else of the program is visible to it. References must outlive the sources.
struct TransportContext {
  RegistryContext& registry;               ///< Also has Events, Environment, Clock, CancelToken.
  std::optional<std::string> docker_host;  ///< --docker-host.
};

/// A place an image can be. An entry of the generated table: file `x_transport.cpp` defines `x_transport`.
struct TransportInfo {
  std::string_view scheme;           ///< "oci", "docker-archive", "docker"
  std::string_view alias;            ///< "containers-storage"; "" for none.
  std::string_view syntax, summary;  ///< Shown by help.
  /// `location` is what stands after "scheme:". Throws Error{not_found} if it is not there, Error{usage} with the list
  /// if several images are there and none is named.
  std::unique_ptr<ImageSource> (*open)(std::string_view location, TransportContext& context);
};

std::span<const TransportInfo* const> all_transports();  // Generated.

/// "oci:dir:tag" and the like; an existing path is looked at; "-" is stdin; a bare name:tag is asked of Docker, podman
/// and (if it has a registry host) the registry, in this order. Events tell which place answered; if none did, the
/// Error{not_found} lists what each said. A Dockerfile or a folder with one is Error{usage}: that needs linting of
/// another kind.
std::unique_ptr<ImageSource> open_source(const std::string& name, TransportContext& context);

/// What kind of thing a path is (cli.md: "an existing path is looked at").
enum class PathKind { absent, dockerfile, folder_with_dockerfile, oci_layout, oci_archive, docker_archive, other };
PathKind look_at_path(const std::filesystem::path& path);

}  // namespace sidecarctl
