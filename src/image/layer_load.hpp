// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/head_wishes.hpp"
#include "image/layer_cache.hpp"
#include "image/layer_index_format.hpp"
#include "image/layer_reader.hpp"
#include "image/source.hpp"
#include "util/error.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace sidecarctl {

/// Which layer, and how it is to be read. What the pointers point at must outlive the reading.
struct LayerRequest {
  ImageSource* source = nullptr;
  Descriptor descriptor;
  std::size_t index = 0;
  std::optional<Digest> diff_id;             ///< As the config says.
  std::shared_ptr<const HeadWishes> wishes;  ///< Never null.
  const LayerCache* cache = nullptr;         ///< nullptr: none.
  const std::atomic<bool>* stop = nullptr;   ///< Set when nobody waits any more.

  std::string name() const;  ///< "layer 3 (sha256:0123456789ab)"
  std::unique_ptr<ByteSource> open() const;
  LayerPromise promise() const;
  std::string identity() const;  ///< ImageSource::blob_identity, when it is of use for the cache.
  /// The bytes were verified; `before`: their identity when that began.
  void remember_verified(const std::string& before) const;
};

/// What came of it. With a failure the index has what came before it, which answers nothing.
struct LoadedLayer {
  ReadLayer layer;
  std::optional<Error> failure;
};

/// The index from the cache; nullopt: not there, or nobody has verified the bytes that a local place has now.
std::optional<LoadedLayer> load_cached_layer(const LayerRequest& request);

/// Reads the layer, or, where its index is cached, only its stored bytes to verify them. Damage is a fault and a
/// failure; a wrong digest alone is only a fault. Throws no Error.
LoadedLayer load_layer(const LayerRequest& request);

/// The first `length` bytes of one file of a layer that has been read before.
std::string read_layer_head(const LayerRequest& request, const ReadLayer& layer, LayerIndex::Id inode,
                            std::size_t length);

}  // namespace sidecarctl
