// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

namespace {

std::string_view name_of(FileType type) {
  switch (type) {
    case FileType::file: return "a file";
    case FileType::directory: return "a folder";
    case FileType::symlink: return "a link";
    case FileType::character_device:
    case FileType::block_device: return "a device";
    case FileType::fifo: return "a named pipe";
    case FileType::other: break;
  }
  return "no folder";
}

std::string what_it_is(const VolumeFacts& volume) {
  const Resolved& end = volume.resolved;
  const std::string chain = shorten(join(end.links, ", "), 200);
  if (!volume.is_link) return std::string(name_of(end.node.type));
  switch (end.outcome) {
    case Resolved::Outcome::loop: return fmt::format("a loop of links ({})", shorten(chain, 100));
    case Resolved::Outcome::found: return fmt::format("a link to {} ({})", name_of(end.node.type), chain);
    default: return fmt::format("a link to nothing ({})", chain);
  }
}

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  if (volume.state == VolumeFacts::State::missing) return why_not_usable(subject, volume);
  const bool is_directory = volume.state != VolumeFacts::State::not_directory;
  if (is_directory && !volume.is_link) return "";
  const auto node = resolve(*subject.files(), volume.path, FollowLast::no).node;
  findings.push_back(
      {fmt::format("{} is {}, not a folder{}", volume.path, what_it_is(volume), is_directory ? " of its own" : ""),
       LayerFile{node.layer, volume.path},
       fmt::format("RUN rm -f {0} && mkdir {0} && chown {1}:{1} {0}", volume.path, uid_for_fix(subject.user())),
       volume.name, is_directory ? Severity::warning : Severity::error});
  return "";
}

}  // namespace

extern constinit const Rule sdc602_volume_not_directory{"SDC602",
                                                        "volume-not-directory",
                                                        Severity::error,
                                                        Needs::files,
                                                        Origin::requirement,
                                                        "The shared-volume path is not a folder",
                                                        each_volume<check_volume>};

}  // namespace sidecarctl::lint
