// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/layer_store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// The layers laid over each other as overlayfs does it, looked at from the top down. Each layer is the upper directory
/// that containerd makes of it (LayerIndex), so a directory merges with those of the same path below until something
/// hides them: a whiteout, an opaque directory, or a node that is no directory.
class FinalTree {
 public:
  explicit FinalTree(LayerStore& layers) : layers_(layers) {}

  /// Where the content and attributes of a node are.
  struct Place {
    std::size_t layer = 0;
    LayerIndex::Id inode = LayerIndex::kNone;
  };

  std::optional<FileNode> find(std::string_view path);
  std::vector<std::string> list(std::string_view directory);
  std::optional<std::size_t> removed_in(std::string_view path);
  /// Of a regular file (through hard links); nullopt when there is none at the path.
  std::optional<Place> file_at(std::string_view path);

 private:
  using Id = LayerIndex::Id;
  using Parts = std::vector<std::string_view>;
  /// A lookup in layers [0, top): what was found, or the layer that hides all below it from this path.
  struct Lookup {
    std::optional<Place> found;
    std::optional<std::size_t> hidden_by;
  };
  /// How far a path goes in one layer.
  struct Walk {
    enum class End { nothing, whiteout, node, blocked } end = End::nothing;
    Id id = LayerIndex::kNone;
    std::size_t depth = 0;     ///< Directories passed through, the last part included if it is one.
    bool hides_below = false;  ///< A directory on the way is opaque.
  };

  Walk walk(std::size_t layer, const Parts& parts);
  Lookup look_up(const Parts& parts, std::size_t top);
  std::optional<FileNode> node_at(const Place& place);
  std::optional<Place> target_of(const Place& lower_link);
  void copy_lower_attributes(FileNode& node, std::size_t layer, std::string path);

  LayerStore& layers_;
};

}  // namespace sidecarctl
