// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/digest.hpp"
#include "image/image_files.hpp"
#include "image/layer_index.hpp"
#include "util/byte_source.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

namespace sidecarctl {

/// All that is known about a layer after it was read.
struct ReadLayer {
  Digest digest;                  ///< Of the stored bytes.
  std::uint64_t size = 0;         ///< Of the stored bytes.
  std::optional<Digest> diff_id;  ///< Of the unpacked bytes, when all were read.
  LayerFacts facts;
  LayerIndex index;
};

/// Takes the next bytes of what is written.
using ByteSink = std::function<void(std::span<const std::byte>)>;

/// Writes the layer for the cache: for this machine and this version of the program, nothing to exchange. A piece at a
/// time, because an index may be large.
void write_layer(const ReadLayer& layer, const ByteSink& sink);

/// Reads it back; nullopt for anything but what write_layer() of this version wrote. Nothing in the bytes is trusted:
/// every number that is used later was compared with its bounds. Throws only what the source throws.
std::optional<ReadLayer> parse_layer(ByteSource& source);

/// Names the version in cache file names, so that versions live side by side.
inline constexpr int kLayerFormatVersion = 1;

}  // namespace sidecarctl
