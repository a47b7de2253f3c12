// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/digest.hpp"
#include "image/image_files.hpp"
#include "image/layer_index.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

/// All that is known about a layer after it was read.
struct ReadLayer {
  Digest digest;                  ///< Of the stored bytes.
  std::uint64_t size = 0;         ///< Of the stored bytes.
  std::optional<Digest> diff_id;  ///< Of the unpacked bytes, when all were read.
  LayerFacts facts;
  LayerIndex index;
};

/// The layer as bytes for the cache: of this machine and this version of the program, nothing to exchange.
std::string write_layer(const ReadLayer& layer);

/// Reads them back; nullopt for anything but what write_layer() of this version wrote. Nothing in the bytes is trusted:
/// every number that is used later was compared with its bounds.
std::optional<ReadLayer> parse_layer(std::string_view bytes);

/// Names the version in cache file names, so that versions live side by side.
inline constexpr int kLayerFormatVersion = 1;

}  // namespace sidecarctl
