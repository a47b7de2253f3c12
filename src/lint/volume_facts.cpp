// SPDX-License-Identifier: Apache-2.0
#include "lint/volume_facts.hpp"

#include "image/permission.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl::lint {

namespace {

constexpr std::size_t kMaxNames = 32;  // Names taken from one text: a transform has a few volumes.

VolumeFacts::Grant grant_of(FileNode node, const Identity& who) {
  if (node.uid == who.uid) return VolumeFacts::Grant::owner;
  const bool has_acl = !node.access_acl.empty();
  node.access_acl.clear();
  if (has_acl && !allows(node, who, kWrite | kExecute)) return VolumeFacts::Grant::acl;
  return who.in_group(node.gid) ? VolumeFacts::Grant::group : VolumeFacts::Grant::other;
}

/// The layer that took the folder away: by a whiteout of the parent that is missing, or of the folder itself.
void find_removal(ImageFiles& files, VolumeFacts& facts) {
  for (const std::string& path : {facts.resolved.path, facts.path}) {
    facts.removed_in = files.removed_in(path);
    if (!facts.removed_in) continue;
    facts.removed_path = path;
    return;
  }
}

void judge_permissions(ImageFiles& files, const UserFacts& user, VolumeFacts& facts) {
  facts.blocked_by = blocking_parent(files, facts.resolved, user.identity);
  if (!facts.blocked_by.empty()) {
    facts.state = VolumeFacts::State::parent_blocks;
  } else if (!allows(facts.resolved.node, user.identity, kWrite | kExecute)) {
    facts.state = VolumeFacts::State::not_writable;
  } else {
    facts.state = VolumeFacts::State::usable;
    facts.grant = grant_of(facts.resolved.node, user.identity);
  }
}

}  // namespace

VolumeFacts find_volume_facts(ImageFiles& files, const std::string& name, const UserFacts& user) {
  VolumeFacts facts;
  facts.name = name;
  facts.path = fmt::format("{}/{}", kSharedVolumes, name);
  const Resolved own = resolve(files, facts.path, FollowLast::no);
  facts.parent_links = own.links;
  facts.is_link = own.found() && own.node.is_symlink();
  facts.resolved = resolve(files, facts.path);
  if (!facts.resolved.found() && !facts.is_link) {
    facts.state = VolumeFacts::State::missing;
    find_removal(files, facts);
    return facts;
  }
  if (!facts.resolved.found() || !facts.resolved.node.is_directory()) {
    facts.state = VolumeFacts::State::not_directory;
    return facts;
  }
  facts.entries = files.list(facts.resolved.path);
  if (why_not_judged(user).empty()) {
    judge_permissions(files, user, facts);
  } else {
    facts.state = VolumeFacts::State::undecided_user;
  }
  return facts;
}

std::vector<std::string> volume_names_in(std::string_view text) {
  constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  std::vector<std::string> names;
  const std::string folder = std::string(kSharedVolumes) + "/";
  for (std::size_t at = text.find(folder); at != std::string_view::npos; at = text.find(folder, at)) {
    at += folder.size();
    const std::size_t end = std::min(text.find_first_not_of(kNameCharacters, at), text.size());
    const std::string name(text.substr(at, end - at));
    // "${NAME}" and "data-$ID" are made at run time.
    const bool is_whole = !name.empty() && name != "." && name != ".." && (end == text.size() || text[end] != '$');
    if (is_whole && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    if (names.size() == kMaxNames) break;
  }
  return names;
}

}  // namespace sidecarctl::lint
