// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace sidecarctl::lint {

namespace {

std::string grant_text(const VolumeFacts& volume) {
  const FileNode& node = volume.resolved.node;
  switch (volume.grant) {
    case VolumeFacts::Grant::owner: break;
    case VolumeFacts::Grant::group: return fmt::format("only as a member of group {}", node.gid);
    case VolumeFacts::Grant::acl: return "only by an ACL";
    case VolumeFacts::Grant::other: return "only because everybody may";
  }
  return "";
}

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  const FileNode& node = volume.resolved.node;
  if (volume.state != VolumeFacts::State::usable) return why_not_usable(subject, volume);
  if (volume.grant == VolumeFacts::Grant::owner) return "";
  if (node.uid != 0) return "the folder belongs to a third user (SDC611)";
  findings.push_back({fmt::format("user {} may write to {} {}: it belongs to {}", subject.user().identity.uid,
                                  volume.path, grant_text(volume), owner_and_mode(node)),
                      folder_place(volume),
                      chown_line(subject, volume.path),
                      owner_and_mode(node),
                      {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc604_volume_not_owned{"SDC604",
                                                    "volume-not-owned",
                                                    Severity::warning,
                                                    Needs::files,
                                                    Origin::sample,
                                                    "The user may write to the shared volume, but does not own it",
                                                    each_volume<check_volume>};

}  // namespace sidecarctl::lint
