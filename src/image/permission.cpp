// SPDX-License-Identifier: Apache-2.0
#include "image/permission.hpp"

#include <algorithm>
#include <optional>

namespace sidecarctl {

namespace {

// linux/posix_acl_xattr.h: a version word, then entries of tag, permissions, id, all little-endian.
constexpr std::size_t kAclHeader = 4, kAclEntry = 8;
constexpr unsigned kAclVersion = 2;
enum AclTag : unsigned { user_owner = 1, user = 2, group_owner = 4, group = 8, mask = 16, other = 32 };

struct AclEntry {
  unsigned tag, permissions;
  std::uint64_t id;
};

unsigned little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  unsigned value = 0;
  for (std::size_t i = count; i > 0; --i) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

std::vector<AclEntry> parse_acl(std::string_view bytes) {
  std::vector<AclEntry> entries;
  if (bytes.size() < kAclHeader || (bytes.size() - kAclHeader) % kAclEntry != 0) return entries;
  if (little_endian(bytes, 0, 4) != kAclVersion) return entries;
  for (std::size_t at = kAclHeader; at < bytes.size(); at += kAclEntry) {
    entries.push_back({little_endian(bytes, at, 2), little_endian(bytes, at + 2, 2), little_endian(bytes, at + 4, 4)});
  }
  return entries;
}

/// acl(5) "ACCESS CHECK ALGORITHM"; nullopt when the ACL is not usable.
std::optional<bool> acl_allows(const FileNode& node, const Identity& who, unsigned wanted) {
  const auto entries = parse_acl(node.access_acl);
  if (entries.empty()) return std::nullopt;
  unsigned mask_bits = 7;
  for (const AclEntry& entry : entries) {
    if (entry.tag == mask) mask_bits = entry.permissions;
  }
  const auto grants = [&](unsigned bits) { return (bits & wanted) == wanted; };
  for (const AclEntry& entry : entries) {
    if (entry.tag == user_owner && node.uid == who.uid) return grants(entry.permissions);
  }
  for (const AclEntry& entry : entries) {
    if (entry.tag == user && entry.id == who.uid) return grants(entry.permissions & mask_bits);
  }
  bool matched_group = false;
  for (const AclEntry& entry : entries) {
    const bool matches =
        (entry.tag == group_owner && who.in_group(node.gid)) || (entry.tag == group && who.in_group(entry.id));
    if (!matches) continue;
    matched_group = true;
    if (grants(entry.permissions & mask_bits)) return true;
  }
  if (matched_group) return false;
  for (const AclEntry& entry : entries) {
    if (entry.tag == other) return grants(entry.permissions);
  }
  return std::nullopt;
}

}  // namespace

bool Identity::in_group(std::uint64_t group) const noexcept {
  return group == gid || std::find(groups.begin(), groups.end(), group) != groups.end();
}

bool allows(const FileNode& node, const Identity& who, unsigned wanted) noexcept {
  if (!node.access_acl.empty()) {
    if (const auto answer = acl_allows(node, who, wanted)) return *answer;
  }
  unsigned shift = 0;
  if (node.uid == who.uid) {
    shift = 6;
  } else if (who.in_group(node.gid)) {
    shift = 3;
  }
  return ((node.mode >> shift) & wanted) == wanted;
}

bool grants_everyone(const FileNode& node, unsigned wanted) noexcept {
  const unsigned everyone = (wanted << 6U) | (wanted << 3U) | wanted;
  return node.access_acl.empty() && (node.mode & everyone) == everyone;
}

std::string blocking_parent(ImageFiles& files, const Resolved& resolved, const Identity& who) {
  for (const std::string& parent : resolved.parents) {
    auto node = files.glance(parent);
    if (node && grants_everyone(*node, kExecute)) continue;
    if (node && node->brief) node = files.find(parent);
    if (node && !allows(*node, who, kExecute)) return parent;
  }
  return {};
}

}  // namespace sidecarctl
