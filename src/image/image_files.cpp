// SPDX-License-Identifier: Apache-2.0
#include "image/image_files.hpp"

namespace sidecarctl {

std::string_view to_string(Compression compression) noexcept {
  switch (compression) {
    case Compression::none: return "none";
    case Compression::gzip: return "gzip";
    case Compression::zstd: return "zstd";
    case Compression::xz: return "xz";
    case Compression::bzip2: return "bzip2";
    case Compression::unknown: return "unknown";
  }
  return "unknown";
}

std::optional<std::size_t> ImageFiles::removed_in(std::string_view) {
  return std::nullopt;
}
void ImageFiles::expect(const std::vector<std::string>&) {}
std::vector<LayerFacts> ImageFiles::layers_read() const {
  return {};
}

}  // namespace sidecarctl
