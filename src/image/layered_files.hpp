// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "image/image_files.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace sidecarctl {

struct LayeredFilesOptions {
  /// Where indexes of verified layers are kept, by layer digest; nullopt: no cache. Created when needed; a cache that
  /// cannot be read or written is no failure. Safe with several processes at once.
  std::optional<std::filesystem::path> cache;
  unsigned threads = 2;  ///< Layers read ahead at the same time, from a local place; from a registry one at a time.
};

/// The files of an image out of its layers, read from the top down as questions need them: a layer below the one that
/// settles a question is not opened. `image` must outlive the result.
std::unique_ptr<ImageFiles> open_layered_files(const Image& image, const LayeredFilesOptions& options);

}  // namespace sidecarctl
