// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace sidecarctl::lint {

namespace {

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  using State = VolumeFacts::State;
  if (volume.state == State::missing || volume.state == State::not_directory) return why_not_usable(subject, volume);
  if (!volume.resolved.node.implied) return "";
  findings.push_back(
      {fmt::format("{} exists only because a layer has something in it, so the runtime makes it for root", volume.path),
       folder_place(volume),
       mkdir_line(subject, volume.path),
       volume.name,
       {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc612_volume_implied{"SDC612",
                                                  "volume-implied",
                                                  Severity::warning,
                                                  Needs::files,
                                                  Origin::runtime,
                                                  "No layer has an entry for the shared-volume folder itself",
                                                  each_volume<check_volume>};

}  // namespace sidecarctl::lint
