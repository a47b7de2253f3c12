// SPDX-License-Identifier: Apache-2.0
#include "transports/archive.hpp"
#include "transports/docker_archive.hpp"
#include "transports/transport.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

std::unique_ptr<ImageSource> open_docker_archive(std::string_view location, TransportContext& context) {
  const ImageLocation place = parse_location(location);
  const ArchiveContext tools{context.registry.events, context.registry.cancel};
  auto archive = open_archive(place.path, tools);
  if (!archive->has_docker_manifest() && archive->has_layout()) {
    throw Error(ErrorKind::usage, fmt::format("{} is an OCI archive, not a docker archive", archive->where()),
                fmt::format("name it 'oci-archive:{}'", place.path));
  }
  if (!archive->has_docker_manifest()) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} is not a docker archive: it has no manifest.json", archive->where()));
  }
  SourceInfo info;
  info.transport = "docker-archive";
  info.target = fmt::format("docker-archive:{}", location);
  info.uncompressed_layers_are_normal = true;
  return open_archive_image(std::move(archive), place.selector, "docker-archive:" + place.path, std::move(info), tools);
}

}  // namespace

extern constinit const TransportInfo docker_archive_transport{
    "docker-archive", "", "docker-archive:PATH[:NAME or :@N]",
    "what docker save or podman save wrote, plain or compressed", open_docker_archive};

}  // namespace sidecarctl
