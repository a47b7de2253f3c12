// SPDX-License-Identifier: Apache-2.0
#include "lint/volume_check.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

std::string owner_for_fix(const Subject& subject) {
  const std::uint64_t uid = uid_for_fix(subject.user());
  return fmt::format("{}:{}", uid, uid);
}

}  // namespace

std::string why_no_volumes(const Subject& subject) {
  if (subject.profile().uses_volumes() && !subject.volumes().empty()) return "";
  return fmt::format("no shared volume is asked for (profile {}: {})", to_string(subject.profile().name),
                     subject.profile().reason);
}

Verdict check_volumes(const Subject& subject, std::vector<Finding>& findings, VolumeCheck check) {
  const std::string no_volumes = why_no_volumes(subject);
  if (!no_volumes.empty()) return Verdict::not_applicable(no_volumes);
  std::string first_reason;
  bool asked = false;
  for (const VolumeFacts& volume : subject.volume_facts()) {
    const std::string reason = check(subject, volume, findings);
    asked |= reason.empty();
    if (first_reason.empty()) first_reason = reason;
  }
  return asked ? Verdict::decided() : Verdict::not_applicable(first_reason);
}

std::string why_not_usable(const Subject& subject, const VolumeFacts& volume) {
  switch (volume.state) {
    case VolumeFacts::State::usable: return "";
    case VolumeFacts::State::missing: return fmt::format("{} is missing (SDC601)", volume.path);
    case VolumeFacts::State::not_directory: return fmt::format("{} is not a folder (SDC602)", volume.path);
    case VolumeFacts::State::parent_blocks: return fmt::format("the user cannot enter {} (SDC605)", volume.blocked_by);
    case VolumeFacts::State::not_writable: return fmt::format("the user cannot write to {} (SDC603)", volume.path);
    case VolumeFacts::State::undecided_user: return why_not_judged(subject.user());
  }
  return "bug";
}

LayerFile folder_place(const VolumeFacts& volume) {
  return LayerFile{volume.resolved.node.layer, volume.path};
}

std::string owner_and_mode(const FileNode& node) {
  return fmt::format("{}:{} with mode {:04o}", node.uid, node.gid, node.mode);
}

std::string mkdir_line(const Subject& subject, std::string_view path) {
  return fmt::format("RUN mkdir -p {0} && chown {1} {0}", path, owner_for_fix(subject));
}

std::string chown_line(const Subject& subject, std::string_view path) {
  return fmt::format("RUN chown {} {}", owner_for_fix(subject), path);
}

}  // namespace sidecarctl::lint
