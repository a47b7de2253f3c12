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

constexpr std::uint32_t kOtherWrite = 0002;

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  using State = VolumeFacts::State;
  if (volume.state == State::missing || volume.state == State::not_directory) return why_not_usable(subject, volume);
  const FileNode& node = volume.resolved.node;
  if ((node.mode & kOtherWrite) == 0) return "";
  if (volume.state == State::usable && volume.grant == VolumeFacts::Grant::other) {
    return "that everybody may write is reported already (SDC604, SDC611)";
  }
  findings.push_back({fmt::format("everybody may write to {}: it belongs to {}", volume.path, owner_and_mode(node)),
                      folder_place(volume),
                      fmt::format("RUN chmod 755 {}", volume.path),
                      owner_and_mode(node),
                      {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc610_volume_world_writable{"SDC610",
                                                         "volume-world-writable",
                                                         Severity::info,
                                                         Needs::files,
                                                         Origin::practice,
                                                         "Everybody may write to the shared volume",
                                                         each_volume<check_volume>};

}  // namespace sidecarctl::lint
