// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "image/layer_load.hpp"
#include "image/layered_files.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

/// The layers of one image, each read when it is first asked for. Not thread-safe; the threads it starts are its own.
class LayerStore {
 public:
  LayerStore(const Image& image, const LayeredFilesOptions& options);
  ~LayerStore();
  LayerStore(const LayerStore&) = delete;
  LayerStore& operator=(const LayerStore&) = delete;

  std::size_t count() const noexcept { return layers_.size(); }
  /// Throws Error{corrupt} when the layer is damaged, and the transport's errors; again on every call.
  const LayerIndex& at(std::size_t layer);
  /// The first bytes of a file of a layer that at() has given; from what was kept, else by a further reading of that
  /// layer.
  std::string head(std::size_t layer, LayerIndex::Id inode, std::size_t length);
  /// For layers that are read from now on.
  void expect(const std::vector<std::string>& names);
  /// Of the layers that were asked for.
  std::vector<LayerFacts> facts() const;

 private:
  struct Slot {
    std::optional<LoadedLayer> loaded;
    std::future<LoadedLayer> reading;
    bool asked_for = false;
  };

  LayerRequest request_for(std::size_t layer) const;
  LoadedLayer& load(std::size_t layer);
  void start(std::size_t layer, bool in_background);

  const Image& image_;
  std::optional<LayerCache> cache_;
  std::size_t threads_;
  std::vector<std::optional<Digest>> diff_ids_;
  std::shared_ptr<const HeadWishes> wishes_ = std::make_shared<HeadWishes>();
  std::atomic<bool> stop_ = false;
  std::vector<Slot> layers_;  ///< Last: its readers use the above until they end.
};

}  // namespace sidecarctl
