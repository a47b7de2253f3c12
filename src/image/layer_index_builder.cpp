// SPDX-License-Identifier: Apache-2.0
#include "image/layer_index_builder.hpp"

#include "image/decompress.hpp"
#include "image/tar_header.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sidecarctl {

namespace {

using Id = LayerIndex::Id;
using Node = LayerIndex::Node;
using Type = LayerIndex::Type;
using Kind = TarAnomaly::Kind;

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";
constexpr std::string_view kAufs = ".wh..wh.";
constexpr std::string_view kAufsLinks = ".wh..wh.plnk";
/// Of one layer, all different ones together.
constexpr std::size_t kMaxAcls = 10'000;
/// A table at most half full needs a handful; only names made to collide need more.
constexpr std::size_t kMaxProbes = 512;
constexpr std::size_t kMaxShownPath = 256;

std::uint32_t owner_of(std::uint64_t id) noexcept {
  // The kernel knows 32 bits, and the last of them is "nobody", which chown(2) takes as "as it is".
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(id, 0xffffffffU));
}

Type type_of(const TarEntry& entry) noexcept {
  return static_cast<Type>(entry.type);
}

std::string_view base_of(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

/// "" for a path in the root.
std::string_view directory_of(std::string_view path) noexcept {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

std::optional<Id> LayerIndexBuilder::add(const TarEntry& entry) {
  if (++entries_ > kMaxLayerEntries) fail_limit(fmt::format("{} entries", kMaxLayerEntries));
  if (!clean(entry) || path_.empty() || is_aufs_entry(entry)) return std::nullopt;
  const auto place = place_of(entry);
  if (!place) return std::nullopt;
  if (place->name.starts_with(kWhiteout)) {
    whiteout(*place, entry);
    return std::nullopt;
  }
  return create(*place, entry);
}

/// Sets path_ to the name as Go's path.Clean leaves it inside the root; false when the kernel would refuse it.
bool LayerIndexBuilder::clean(const TarEntry& entry) {
  path_.clear();
  if (entry.path.size() > kMaxPathLength || entry.link_target.size() > kMaxPathLength) {
    note(Kind::other, entry, fmt::format("has a name or link of more than {} bytes", kMaxPathLength));
    return false;
  }
  bool escapes = false, climbs = false;
  for (std::string_view rest = entry.path; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      escapes = escapes || path_.empty();
      climbs = true;
      path_.resize(directory_of(path_).size());
      continue;
    }
    if (part.size() > kMaxNameLength) {
      note(Kind::other, entry, fmt::format("has a file name of more than {} bytes", kMaxNameLength));
      return false;
    }
    if (!path_.empty()) path_ += '/';
    path_ += part;
  }
  if (escapes) note(Kind::escapes_root, entry, "leads out of the root by '..'");
  if (climbs && !escapes) note(Kind::escapes_root, entry, "has '..' in its name");
  return true;
}

bool LayerIndexBuilder::is_aufs_entry(const TarEntry& entry) {
  if (!path_.starts_with(kAufs) || path_ == kOpaque) return false;
  if (path_.starts_with(kAufsLinks) && entry.type == FileType::file && !entry.is_hardlink) {
    Node node{.flags = LayerIndex::has_entry | LayerIndex::removed};
    describe(node, entry);
    aufs_files_[std::string(base_of(path_))] = append(node, base_of(path_));
  }
  return true;
}

std::optional<LayerIndexBuilder::Place> LayerIndexBuilder::place_of(const TarEntry& entry) {
  const auto parent = parent_for(directory_of(path_), entry);
  if (!parent) return std::nullopt;
  return Place{*parent, base_of(path_)};
}

std::optional<Id> LayerIndexBuilder::parent_for(std::string_view directory, const TarEntry& entry) {
  if (directory.empty()) return LayerIndex::kRoot;
  if (last_parent_ != LayerIndex::kNone && last_directory_ == directory) return last_parent_;
  const auto resolved = index_.resolve_inside(directory);
  if (!resolved) {
    note(Kind::other, entry, "lies below something that is no directory");
    return std::nullopt;
  }
  const auto parent = make_parents(*resolved, entry);
  if (parent) {
    last_directory_ = directory;
    last_parent_ = *parent;
  }
  return parent;
}

std::optional<Id> LayerIndexBuilder::make_parents(std::string_view path, const TarEntry& entry) {
  Id id = LayerIndex::kRoot;
  for (const std::string_view part : path_parts(path)) {
    Id child = index_.find_child(id, part);
    if (child == LayerIndex::kNone) {
      child = replace({id, part}, Node{.mode = 0755, .type = Type::directory});
    } else if (!index_.is_directory(child)) {
      note(Kind::other, entry, "lies below something that is no directory");
      return std::nullopt;
    }
    id = child;
  }
  return id;
}

void LayerIndexBuilder::whiteout(const Place& place, const TarEntry& entry) {
  if (place.name == kOpaque) {
    index_.nodes_[place.parent].flags |= LayerIndex::opaque;
    return;
  }
  const std::string_view hidden = place.name.substr(kWhiteout.size());
  if (hidden.empty() || hidden == "." || hidden == "..") {
    note(Kind::bad_whiteout, entry, "is a whiteout of nothing");
    return;
  }
  const Id existing = index_.find_child(place.parent, hidden);
  if (existing == LayerIndex::kNone) {
    replace({place.parent, hidden}, Node{.type = Type::whiteout, .flags = LayerIndex::has_entry});
  } else if (index_.node(existing).type == Type::whiteout) {
    note(Kind::duplicate, entry, "comes twice in this layer");
  } else {
    // overlayfs's whiteout is a device of that name: mknod(2) fails with "file exists", in containerd and docker.
    index_.nodes_[existing].flags |= LayerIndex::whited_out;
    note(Kind::whiteout_after_entry, entry, "removes what the same layer brings; runtimes refuse that");
  }
}

std::optional<Id> LayerIndexBuilder::create(const Place& place, const TarEntry& entry) {
  if (entry.is_hardlink) {
    hardlink(place, entry);
    return std::nullopt;
  }
  const Id existing = index_.find_child(place.parent, place.name);
  const bool exists = existing != LayerIndex::kNone;
  if (exists && index_.node(existing).type != Type::whiteout && index_.node(existing).has(LayerIndex::has_entry)) {
    note(Kind::duplicate, entry, "comes twice in this layer; the last one counts");
  }
  if (exists && index_.is_directory(existing) && entry.type == FileType::directory) {
    Node node = index_.node(existing);  // A copy: keeping an ACL may move the nodes.
    describe(node, entry);
    index_.nodes_[existing] = node;
    return std::nullopt;
  }
  Node node;
  describe(node, entry);
  const Id id = replace(place, node);
  return entry.type == FileType::file ? std::optional(id) : std::nullopt;
}

/// The node that a hard link names, in this layer only: that is where the runtimes call link(2). kNone if there is
/// none.
Id LayerIndexBuilder::linked_node(const TarEntry& entry) const {
  std::string_view target = entry.link_target;
  while (target.starts_with('/')) target.remove_prefix(1);
  while (target.starts_with("./")) target.remove_prefix(2);
  if (target.starts_with(kAufsLinks)) {
    const auto at = aufs_files_.find(base_of(target));
    return at == aufs_files_.end() ? LayerIndex::kNone : at->second;
  }
  const auto directory = index_.resolve_inside(directory_of(target));
  const Id parent = directory ? index_.find(*directory) : LayerIndex::kNone;
  return parent == LayerIndex::kNone ? LayerIndex::kNone : index_.find_child(parent, base_of(target));
}

void LayerIndexBuilder::hardlink(const Place& place, const TarEntry& entry) {
  const Id existing = index_.find_child(place.parent, place.name);
  Id target = linked_node(entry);
  if (target != LayerIndex::kNone) target = index_.inode(target);
  const bool to_itself = existing != LayerIndex::kNone && target == index_.inode(existing);
  if (to_itself || (target != LayerIndex::kNone && index_.is_directory(target))) {
    note(Kind::other, entry, to_itself ? "is a hard link to itself" : "is a hard link to a directory");
    return;
  }
  if (existing != LayerIndex::kNone && index_.node(existing).type != Type::whiteout) {
    note(Kind::duplicate, entry, "comes twice in this layer; the last one counts");
  }
  const auto parts = path_parts(entry.link_target);
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    note(Kind::absolute_link_escape, entry, "is a hard link through '..'");
  }
  const bool is_lower = target == LayerIndex::kNone || index_.node(target).type == Type::whiteout;
  Node node;
  describe(node, entry);
  if (is_lower) {
    note(Kind::hardlink_to_lower_layer, entry,
         fmt::format("is a hard link to '{}', which this layer does not have; runtimes refuse that",
                     escape_text(shorten(entry.link_target, kMaxShownPath))));
    node.type = Type::lower_link;
    set_extra(node, entry.link_target);
    replace(place, node);
    return;
  }
  // The header's owner and mode land on the file that both names share; a symlink has no mode of its own.
  Node& shared = index_.nodes_[target];
  shared.uid = node.uid;
  shared.gid = node.gid;
  if (shared.type != Type::symlink) shared.mode = node.mode;
  replace(place, Node{.extra = target, .type = Type::alias, .flags = LayerIndex::has_entry});
}

/// A new node at the place; what was there is gone with all that is below it.
Id LayerIndexBuilder::replace(const Place& place, Node node) {
  const Id existing = index_.find_child(place.parent, place.name);
  node.parent = place.parent;
  node.next_sibling = index_.node(place.parent).first_child;
  const Id id = append(node, place.name);
  index_.nodes_[place.parent].first_child = id;
  if (existing != LayerIndex::kNone) {
    index_.nodes_[existing].flags |= LayerIndex::removed;
    last_parent_ = LayerIndex::kNone;
  }
  insert_slot(id);
  return id;
}

void LayerIndexBuilder::describe(Node& node, const TarEntry& entry) {
  node.type = type_of(entry);
  node.mode = static_cast<std::uint16_t>(entry.type == FileType::symlink ? 0777 : entry.mode & 07777U);
  node.uid = owner_of(entry.uid);
  node.gid = owner_of(entry.gid);
  node.size = entry.type == FileType::file ? entry.size : 0;
  const std::uint64_t block = entry.body_offset / kTarBlock;
  if (block > 0xffffffffU) fail_limit("2 TiB");
  node.body = static_cast<std::uint32_t>(block);
  // `opaque` stays: the marker may come before the directory's entry.
  node.flags = static_cast<std::uint8_t>((node.flags & (LayerIndex::opaque | LayerIndex::removed)) |
                                         LayerIndex::has_entry | (entry.has_holes ? LayerIndex::has_holes : 0) |
                                         (entry.has_capability ? LayerIndex::has_capability : 0));
  node.extra_length = 0;
  if (entry.type == FileType::symlink) {
    set_extra(node, entry.link_target);
  } else if (!entry.access_acl.empty() && entry.access_acl.size() <= 0xffffU && !entry.is_hardlink) {
    const auto [at, is_new] = acls_.emplace(entry.access_acl, 0);
    if (is_new && acls_.size() > kMaxAcls) fail_limit(fmt::format("{} access control lists", kMaxAcls));
    if (is_new) at->second = keep_text(entry.access_acl);
    node.extra = at->second;
    node.extra_length = static_cast<std::uint16_t>(entry.access_acl.size());
    node.flags |= LayerIndex::has_acl;
  }
}

void LayerIndexBuilder::set_extra(Node& node, std::string_view text) {
  node.extra = keep_text(text);
  node.extra_length = static_cast<std::uint16_t>(text.size());
}

Id LayerIndexBuilder::append(Node node, std::string_view name) {
  if (index_.node_count() >= kMaxLayerNodes) fail_limit(fmt::format("{} files and directories", kMaxLayerNodes));
  node.name = keep_text(name);
  node.name_length = static_cast<std::uint8_t>(name.size());
  index_.nodes_.push_back(node);
  return static_cast<Id>(index_.node_count() - 1);
}

std::uint32_t LayerIndexBuilder::keep_text(std::string_view text) {
  const std::size_t at = index_.text_.size();
  if (at + text.size() > kMaxLayerText) fail_limit(fmt::format("{} bytes of names", kMaxLayerText));
  index_.text_.resize_for_overwrite(at + text.size());
  std::copy(text.begin(), text.end(), index_.text_.values().begin() + static_cast<std::ptrdiff_t>(at));
  return static_cast<std::uint32_t>(at);
}

void LayerIndexBuilder::insert_slot(Id id) {
  if (index_.node_count() * 2 > index_.slots_.size()) grow_slots();
  const std::size_t count = index_.slots_.size();
  const Node& node = index_.node(id);
  std::size_t slot = child_slot(node.parent, index_.name(node), count);
  for (std::size_t probes = 0; probes < kMaxProbes; ++probes) {
    Id& entry = index_.slots_[slot];
    const bool same = entry != LayerIndex::kNone && index_.node(entry).parent == node.parent &&
                      index_.name(index_.node(entry)) == index_.name(node);
    if (entry == LayerIndex::kNone || same) {
      entry = id;
      return;
    }
    slot = (slot + 1) & (count - 1);
  }
  fail_limit("names that can be told apart in good time");
}

void LayerIndexBuilder::grow_slots() {
  GrowingArray<Id> old = std::move(index_.slots_);
  index_.slots_ = {};
  index_.slots_.resize_for_overwrite(old.size() * 2);
  std::ranges::fill(index_.slots_.values(), LayerIndex::kNone);
  for (const Id id : old.values()) {
    if (id != LayerIndex::kNone) insert_slot(id);
  }
}

void LayerIndexBuilder::fail_limit(std::string_view what) const {
  throw DamagedData(LayerFault::Kind::tar, fmt::format("{} has more than {}", name_, what));
}

void LayerIndexBuilder::note(Kind kind, const TarEntry& entry, std::string_view problem) {
  if (++anomaly_count_ > kMaxAnomalies) return;
  std::string path(shorten(entry.path, kMaxShownPath));
  std::string detail = fmt::format("the entry '{}' {}", escape_text(path), problem);
  anomalies_.push_back({kind, std::move(path), std::move(detail)});
}

}  // namespace sidecarctl
