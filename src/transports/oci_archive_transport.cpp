// SPDX-License-Identifier: Apache-2.0
#include "transports/archive.hpp"
#include "transports/oci_layout.hpp"
#include "transports/transport.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

std::unique_ptr<ImageSource> open_oci_archive(std::string_view location, TransportContext& context) {
  const ImageLocation place = parse_location(location);
  const auto archive = open_archive(place.path, {context.registry.events, context.registry.cancel});
  if (!archive->has_layout() && archive->has_docker_manifest()) {
    throw Error(ErrorKind::usage, fmt::format("{} is a docker archive, not an OCI archive", archive->where()),
                fmt::format("name it 'docker-archive:{}'", place.path));
  }
  SourceInfo info;
  info.transport = "oci-archive";
  info.target = fmt::format("oci-archive:{}", location);
  // Docker writes such archives, and keeps no compressed layers.
  info.uncompressed_layers_are_normal = archive->has_docker_manifest();
  return open_layout_image(OciLayout(archive), place.selector, "oci-archive:" + place.path, std::move(info));
}

}  // namespace

extern constinit const TransportInfo oci_archive_transport{"oci-archive", "", "oci-archive:PATH[:NAME or :@N]",
                                                           "an OCI layout in a tar, plain or compressed",
                                                           open_oci_archive};

}  // namespace sidecarctl
