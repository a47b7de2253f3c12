// SPDX-License-Identifier: Apache-2.0
#include "image/final_tree.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sidecarctl {

namespace {

using Node = LayerIndex::Node;
using Type = LayerIndex::Type;

/// The base layer is unpacked without overlayfs: there a whiteout really removes what came before it.
bool is_gone(const Node& node, std::size_t layer) noexcept {
  return layer == 0 && node.has(LayerIndex::whited_out);
}

FileNode root_node() {
  FileNode node;
  node.type = FileType::directory;
  node.mode = 0755;
  return node;
}

void copy_attributes(const LayerIndex& index, const Node& from, FileNode& to) {
  to.mode = from.mode;
  to.uid = from.uid;
  to.gid = from.gid;
  to.access_acl = from.has(LayerIndex::has_acl) ? std::string(index.extra(from)) : "";
  to.has_capability = from.has(LayerIndex::has_capability);
}

struct ListedName {
  std::string_view name;
  std::size_t rank;  ///< 0 for the topmost layer.
  bool is_whiteout;
};

/// The names that the topmost mention of each makes visible.
std::vector<std::string> visible_names(std::vector<ListedName> names) {
  std::ranges::sort(names, [](const ListedName& a, const ListedName& b) {
    return std::tie(a.name, a.rank) < std::tie(b.name, b.rank);
  });
  std::vector<std::string> visible;
  const ListedName* previous = nullptr;
  for (const ListedName& listed : names) {
    const bool is_topmost = previous == nullptr || previous->name != listed.name;
    previous = &listed;
    if (!is_topmost || listed.is_whiteout) continue;
    if (visible.size() == ImageFiles::kMaxListing) break;
    visible.emplace_back(listed.name);
  }
  return visible;
}

}  // namespace

FinalTree::Walk FinalTree::walk(std::size_t layer, const Parts& parts) {
  const LayerIndex& index = layers_.at(layer);
  Walk walk;
  walk.id = LayerIndex::kRoot;
  walk.hides_below = index.node(LayerIndex::kRoot).has(LayerIndex::opaque);
  for (const std::string_view part : parts) {
    const Id child = index.find_child(walk.id, part);
    if (child == LayerIndex::kNone || is_gone(index.node(child), layer)) return walk;
    const Node& node = index.node(child);
    if (node.type == Type::whiteout) {
      walk.end = Walk::End::whiteout;
      return walk;
    }
    walk.id = child;
    if (node.type != Type::directory) {
      walk.end = walk.depth + 1 == parts.size() ? Walk::End::node : Walk::End::blocked;
      return walk;
    }
    ++walk.depth;
    walk.hides_below = walk.hides_below || node.has(LayerIndex::opaque);
  }
  walk.end = Walk::End::node;
  return walk;
}

FinalTree::Lookup FinalTree::look_up(const Parts& parts, std::size_t top) {
  std::size_t merged_depth =
      0;  // So many parts are directories in an upper layer; what is no directory there is covered.
  std::size_t merged_by = 0;
  for (std::size_t layer = top; layer-- > 0;) {
    const Walk walk = this->walk(layer, parts);
    switch (walk.end) {
      case Walk::End::whiteout: return {{}, layer};
      case Walk::End::blocked: return {{}, walk.depth < merged_depth ? merged_by : layer};
      case Walk::End::node:
        if (walk.depth < parts.size() && walk.depth < merged_depth) return {{}, merged_by};
        return {Place{layer, layers_.at(layer).inode(walk.id)}, {}};
      case Walk::End::nothing: break;
    }
    if (walk.depth > merged_depth) std::tie(merged_depth, merged_by) = std::tuple(walk.depth, layer);
    if (walk.hides_below) return {{}, layer};
  }
  return {};
}

std::optional<FileNode> FinalTree::find(std::string_view path) {
  const Parts parts = path_parts(path);
  if (parts.empty()) return root_node();
  const auto found = look_up(parts, layers_.count()).found;
  return found ? node_at(*found) : std::nullopt;
}

std::optional<FileNode> FinalTree::node_at(const Place& place) {
  const LayerIndex& index = layers_.at(place.layer);
  const Node& from = index.node(place.inode);
  FileNode node;
  node.layer = place.layer;
  if (from.type == Type::lower_link) {
    const auto target = target_of(place);
    auto linked = target ? node_at(*target) : std::nullopt;
    if (!linked) return std::nullopt;
    node = std::move(*linked);
    node.layer = place.layer;
    node.uid = from.uid;
    node.gid = from.gid;
    if (!node.is_symlink()) node.mode = from.mode;
    return node;
  }
  node.type = static_cast<FileType>(from.type);
  node.size = from.size;
  if (from.type == Type::symlink) node.link_target = index.extra(from);
  copy_attributes(index, from, node);
  if (!from.has(LayerIndex::has_entry)) copy_lower_attributes(node, place.layer, index.path_of(place.inode));
  return node;
}

/// What a hard link to a lower layer would link to if a runtime did not refuse it; never a directory.
std::optional<FinalTree::Place> FinalTree::target_of(const Place& lower_link) {
  const LayerIndex& index = layers_.at(lower_link.layer);
  const auto found = look_up(path_parts(index.extra(index.node(lower_link.inode))), lower_link.layer).found;
  if (!found || layers_.at(found->layer).is_directory(found->inode)) return std::nullopt;
  return found;
}

/// containerd gives a directory that it makes on the way the attributes of the topmost layer below that has one at that
/// path, with the links inside that layer followed (mkparent in pkg/archive/tar.go). It looks at each layer on its own:
/// neither whiteouts nor opaque directories of a parent count, only something that is no directory ends the search.
void FinalTree::copy_lower_attributes(FileNode& node, std::size_t layer, std::string path) {
  node.implied = true;
  for (std::size_t below = layer; below-- > 0;) {
    const LayerIndex& index = layers_.at(below);
    const auto resolved = index.resolve_inside(path);
    if (!resolved) return;
    const Id id = index.find(*resolved);
    if (id == LayerIndex::kNone) continue;
    if (!index.is_directory(id)) return;
    node.layer = below;
    path = *resolved;  // Implied there too: then that layer has looked further down by this path.
    if (!index.node(id).has(LayerIndex::has_entry)) continue;
    copy_attributes(index, index.node(id), node);
    node.implied = false;
    return;
  }
}

std::vector<std::string> FinalTree::list(std::string_view directory) {
  const Parts parts = path_parts(directory);
  std::vector<ListedName> names;
  const std::size_t count = layers_.count();
  for (std::size_t layer = count; layer-- > 0;) {
    const Walk walk = this->walk(layer, parts);
    if (walk.end == Walk::End::whiteout || walk.end == Walk::End::blocked) break;
    const LayerIndex& index = layers_.at(layer);
    if (walk.end == Walk::End::node) {
      if (!index.is_directory(walk.id)) break;
      for (Id id = index.live(index.node(walk.id).first_child); id != LayerIndex::kNone;
           id = index.live(index.node(id).next_sibling)) {
        const Node& node = index.node(id);
        if (!is_gone(node, layer)) names.push_back({index.name(node), count - layer, node.type == Type::whiteout});
      }
    }
    if (walk.hides_below) break;
  }
  return visible_names(std::move(names));
}

std::optional<std::size_t> FinalTree::removed_in(std::string_view path) {
  const Parts parts = path_parts(path);
  if (parts.empty()) return std::nullopt;
  Lookup lookup = look_up(parts, layers_.count());
  if (lookup.found) return std::nullopt;
  while (lookup.hidden_by) {
    const std::size_t layer = *lookup.hidden_by;
    lookup = look_up(parts, layer);
    if (lookup.found) return layer;
  }
  return std::nullopt;
}

std::optional<FinalTree::Place> FinalTree::file_at(std::string_view path) {
  const Parts parts = path_parts(path);
  auto place = parts.empty() ? std::nullopt : look_up(parts, layers_.count()).found;
  while (place) {
    switch (layers_.at(place->layer).node(place->inode).type) {
      case Type::file: return place;
      case Type::lower_link: place = target_of(*place); break;
      default: return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace sidecarctl
