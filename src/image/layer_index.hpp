// SPDX-License-Identifier: Apache-2.0
// What one layer does, as the folder that containerd would unpack it into: overlayfs's upper directory, before it is
// laid over the layers below.
#pragma once

#include "image/growing_array.hpp"
#include "image/image_files.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

/// More entries than any real layer has; with them an index takes about 80 MB.
inline constexpr std::uint64_t kMaxLayerEntries = 1'000'000;
/// Directories that entries imply come on top.
inline constexpr std::size_t kMaxLayerNodes = kMaxLayerEntries + 64UL * 1024;
/// Names and link targets of one layer together. Real ones take some 20 bytes for each entry.
inline constexpr std::size_t kMaxLayerText = 64UL * 1024 * 1024;
/// Linux: PATH_MAX and NAME_MAX. The kernel, and so every runtime, refuses what is longer.
inline constexpr std::size_t kMaxPathLength = 4095;
inline constexpr std::size_t kMaxNameLength = 255;
/// First bytes kept of the files of one layer.
inline constexpr std::size_t kMaxHeadBytes = 16UL * 1024 * 1024;

class LayerIndex {
 public:
  using Id = std::uint32_t;
  static constexpr Id kRoot = 0;
  static constexpr Id kNone = std::numeric_limits<Id>::max();

  enum class Type : std::uint8_t {
    file,
    directory,
    symlink,
    character_device,
    block_device,
    fifo,
    other,       // As FileType.
    whiteout,    ///< Hides the name in the layers below.
    alias,       ///< A further name (hard link) of the node `extra`.
    lower_link,  ///< A hard link to the path `extra` that this layer does not have; mode and owner are the header's.
  };
  enum Flag : std::uint8_t {
    has_entry = 1,   ///< A tar entry of its own; without: a directory that other entries imply.
    opaque = 2,      ///< Hides what the layers below have in it.
    removed = 4,     ///< Replaced by a later entry; the node may live on as the target of aliases.
    whited_out = 8,  ///< A whiteout of the same name came later.
    has_holes = 16,  ///< The content is not in one piece.
    has_capability = 32,
    has_acl = 64,  ///< `extra` is its access ACL.
  };

  /// Small, because there may be a million: no pointers, no strings.
  struct Node {
    Id parent = kNone, first_child = kNone, next_sibling = kNone;
    std::uint32_t name = 0;   ///< Where the name starts in the text.
    std::uint32_t extra = 0;  ///< Where link target or ACL start in the text; of an alias the id of its node.
    std::uint32_t body = 0;   ///< Offset of the content in the unpacked tar, in blocks of 512 bytes.
    std::uint64_t size = 0;
    std::uint32_t uid = 0, gid = 0;
    std::uint16_t extra_length = 0, mode = 0;
    std::uint8_t name_length = 0;
    Type type = Type::directory;
    std::uint8_t flags = 0, padding = 0;
    bool has(Flag flag) const noexcept { return (flags & flag) != 0; }
  };
  static_assert(sizeof(Node) == 48);

  LayerIndex();

  const Node& node(Id id) const noexcept { return nodes_[id]; }
  std::size_t node_count() const noexcept { return nodes_.size(); }
  std::string_view name(const Node& node) const noexcept { return text(node.name, node.name_length); }
  /// Link target or ACL.
  std::string_view extra(const Node& node) const noexcept { return text(node.extra, node.extra_length); }
  /// The node that has the attributes: of an alias the one it is a name of.
  Id inode(Id id) const noexcept { return nodes_[id].type == Type::alias ? nodes_[id].extra : id; }
  bool is_directory(Id id) const noexcept { return nodes_[id].type == Type::directory; }

  /// The child of that name, kNone if there is none. Whiteouts are children.
  Id find_child(Id parent, std::string_view name) const noexcept;
  /// The next child that is still there, starting with `id` itself: walk with live(first_child), live(next_sibling).
  Id live(Id id) const noexcept;
  /// The node at a path without links, kNone if there is none.
  Id find(std::string_view path) const noexcept;
  /// The path with the symlinks of this layer followed inside its root, as containerd does before it makes a parent
  /// (what does not exist is taken as it is); nullopt for a loop or a file in the way.
  std::optional<std::string> resolve_inside(std::string_view path) const;
  std::string path_of(Id id) const;  ///< "opt/app"; "" for the root.

  /// The first bytes of a file as far as they were kept; nullptr: none.
  const std::string* head(Id inode) const;
  /// Keeps more of a file, as long as kMaxHeadBytes allow.
  void keep_head(Id inode, std::string bytes);

 private:
  friend class LayerIndexBuilder;
  friend class LayerIndexFormat;

  std::string_view text(std::uint32_t at, std::size_t length) const noexcept {
    return {text_.values().data() + at, length};
  }

  GrowingArray<Node> nodes_;
  GrowingArray<char> text_;
  GrowingArray<Id> slots_;  ///< Hash table of (parent, name), open addressing; a power of two, at most half full.
  std::map<Id, std::string> heads_;
  std::size_t head_bytes_ = 0;
};

/// Where a (parent, name) belongs in a table of `slots` places.
std::size_t child_slot(LayerIndex::Id parent, std::string_view name, std::size_t slots) noexcept;

/// The parts of a path between slashes, "" and "." left out.
std::vector<std::string_view> path_parts(std::string_view path);

}  // namespace sidecarctl
