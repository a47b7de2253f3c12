// SPDX-License-Identifier: Apache-2.0
#include "image/layer_index.hpp"

#include <algorithm>
#include <utility>

namespace sidecarctl {

namespace {
/// containerd's fs.RootPath gives up after as many.
constexpr int kMaxLinks = 255;
constexpr std::size_t kFirstSlots = 64;
}  // namespace

std::size_t child_slot(LayerIndex::Id parent, std::string_view name, std::size_t slots) noexcept {
  // FNV-1a, seeded with the parent, then mixed: its low bits alone are poor.
  std::uint64_t hash = 14695981039346656037ULL ^ (parent * 0x9e3779b97f4a7c15ULL);
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  hash ^= hash >> 32U;
  hash *= 0x9e3779b97f4a7c15ULL;
  return static_cast<std::size_t>(hash >> 32U) & (slots - 1);
}

std::vector<std::string_view> path_parts(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    if (!part.empty() && part != ".") parts.push_back(part);
  }
  return parts;
}

LayerIndex::LayerIndex() {
  nodes_.push_back(Node{.mode = 0755});
  slots_.resize_for_overwrite(kFirstSlots);
  std::ranges::fill(slots_.values(), kNone);
}

LayerIndex::Id LayerIndex::find_child(Id parent, std::string_view wanted) const noexcept {
  const std::size_t count = slots_.size();
  std::size_t slot = child_slot(parent, wanted, count);
  for (std::size_t probes = 0; probes < count; ++probes) {
    const Id id = slots_[slot];
    if (id == kNone) return kNone;
    if (nodes_[id].parent == parent && name(nodes_[id]) == wanted) return id;
    slot = (slot + 1) & (count - 1);
  }
  return kNone;
}

LayerIndex::Id LayerIndex::live(Id id) const noexcept {
  while (id != kNone && nodes_[id].has(removed)) id = nodes_[id].next_sibling;
  return id;
}

LayerIndex::Id LayerIndex::find(std::string_view path) const noexcept {
  Id id = kRoot;
  while (!path.empty() && id != kNone) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    if (!part.empty()) id = find_child(id, part);
  }
  return id;
}

std::optional<std::string> LayerIndex::resolve_inside(std::string_view path) const {
  std::vector<std::string> todo;  // In reverse order.
  const auto push = [&todo](std::string_view more) {
    const auto parts = path_parts(more);
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) todo.emplace_back(*part);
  };
  push(path);
  std::vector<std::pair<std::string, Id>> done;
  int links = 0;
  while (!todo.empty()) {
    const std::string part = std::move(todo.back());
    todo.pop_back();
    if (part == "..") {
      if (!done.empty()) done.pop_back();
      continue;
    }
    const Id parent = done.empty() ? kRoot : done.back().second;
    if (parent != kNone && !is_directory(parent)) return std::nullopt;
    const Id id = parent == kNone ? kNone : find_child(parent, part);
    if (id == kNone || nodes_[inode(id)].type != Type::symlink) {
      done.emplace_back(part, id);
      continue;
    }
    const std::string_view target = extra(nodes_[inode(id)]);
    if (++links > kMaxLinks || todo.size() > kMaxPathLength) return std::nullopt;
    if (target.starts_with('/')) done.clear();
    push(target);
  }
  std::string result;
  for (const auto& [part, id] : done) result += (result.empty() ? "" : "/") + part;
  return result;
}

std::string LayerIndex::path_of(Id id) const {
  std::string path;
  for (; id != kRoot && id != kNone; id = nodes_[id].parent) {
    path.insert(0, std::string(name(nodes_[id])) + (path.empty() ? "" : "/"));
  }
  return path;
}

const std::string* LayerIndex::head(Id inode) const {
  const auto at = heads_.find(inode);
  return at == heads_.end() ? nullptr : &at->second;
}

void LayerIndex::keep_head(Id inode, std::string bytes) {
  const std::string* const old = head(inode);
  const std::size_t before = old == nullptr ? 0 : old->size();
  if (bytes.size() < before || head_bytes_ - before + bytes.size() > kMaxHeadBytes) return;
  head_bytes_ += bytes.size() - before;
  heads_[inode] = std::move(bytes);
}

}  // namespace sidecarctl
