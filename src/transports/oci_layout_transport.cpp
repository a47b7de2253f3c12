// SPDX-License-Identifier: Apache-2.0
#include "transports/oci_layout.hpp"
#include "transports/transport.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

std::unique_ptr<ImageSource> open_oci_layout(std::string_view location, TransportContext&) {
  const ImageLocation place = parse_location(location);
  std::error_code ignored;
  if (std::filesystem::is_regular_file(place.path, ignored)) {
    throw Error(ErrorKind::usage, fmt::format("'{}' is a file, not a folder", place.path),
                fmt::format("an archive is named 'oci-archive:{0}' or 'docker-archive:{0}'", place.path));
  }
  SourceInfo info;
  info.transport = "oci";
  info.target = fmt::format("oci:{}", location);
  return open_layout_image(OciLayout(open_layout_folder(place.path)), place.selector, "oci:" + place.path,
                           std::move(info));
}

}  // namespace

extern constinit const TransportInfo oci_layout_transport{"oci", "", "oci:DIR[:NAME or :@N]", "an OCI layout folder",
                                                          open_oci_layout};

}  // namespace sidecarctl
