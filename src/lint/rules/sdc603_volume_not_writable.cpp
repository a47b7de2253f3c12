// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace sidecarctl::lint {

namespace {

std::string groups_of(const Identity& who) {
  std::string text = std::to_string(who.gid);
  for (const std::uint64_t group : who.groups) text += fmt::format(", {}", group);
  return shorten(text, 80);
}

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  if (volume.state == VolumeFacts::State::usable) return "";
  if (volume.state != VolumeFacts::State::not_writable) return why_not_usable(subject, volume);
  const Identity& who = subject.user().identity;
  const FileNode& node = volume.resolved.node;
  findings.push_back(
      {fmt::format("user {} (groups {}) cannot write to {}: it belongs to {}{}", who.uid, groups_of(who), volume.path,
                   owner_and_mode(node), node.access_acl.empty() ? "" : " and an ACL"),
       folder_place(volume),
       node.uid == who.uid ? fmt::format("RUN chmod u+rwx {}", volume.path) : chown_line(subject, volume.path),
       owner_and_mode(node),
       {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc603_volume_not_writable{"SDC603",
                                                       "volume-not-writable",
                                                       Severity::error,
                                                       Needs::files,
                                                       Origin::requirement,
                                                       "The user cannot write to the shared volume",
                                                       each_volume<check_volume>};

}  // namespace sidecarctl::lint
