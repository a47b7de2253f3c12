// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sidecarctl::lint {

namespace {

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  if (volume.state != VolumeFacts::State::usable) return why_not_usable(subject, volume);
  const FileNode& node = volume.resolved.node;
  const std::uint64_t uid = subject.user().identity.uid;
  if (node.uid == 0 || node.uid == uid) return "";
  findings.push_back(
      {fmt::format("{} belongs to uid {}, the container runs as {}: it may write only by the mode {:04o}", volume.path,
                   node.uid, uid, node.mode),
       folder_place(volume),
       chown_line(subject, volume.path),
       owner_and_mode(node),
       {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc611_volume_other_owner{"SDC611",
                                                      "volume-other-owner",
                                                      Severity::warning,
                                                      Needs::files,
                                                      Origin::sample,
                                                      "The shared volume belongs to a third user",
                                                      each_volume<check_volume>};

}  // namespace sidecarctl::lint
