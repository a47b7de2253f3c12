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
  if (volume.state == State::usable || volume.state == State::not_writable) return "";
  if (volume.state != State::parent_blocks) return why_not_usable(subject, volume);
  const FileNode node = subject.files()->find(volume.blocked_by).value_or(FileNode{});
  findings.push_back({fmt::format("user {} cannot enter {}, so {} is out of reach: it belongs to {}",
                                  subject.user().identity.uid, volume.blocked_by, volume.path, owner_and_mode(node)),
                      LayerFile{node.layer, volume.blocked_by},
                      fmt::format("RUN chmod a+x {}", volume.blocked_by),
                      owner_and_mode(node),
                      {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc605_parent_blocks{"SDC605",
                                                 "parent-blocks",
                                                 Severity::error,
                                                 Needs::files,
                                                 Origin::runtime,
                                                 "A parent of the shared volume cannot be entered by the user",
                                                 each_volume<check_volume>};

}  // namespace sidecarctl::lint
