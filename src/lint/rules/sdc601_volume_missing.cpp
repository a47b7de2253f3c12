// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

namespace {

struct Cause {
  std::string text;
  std::optional<std::size_t> layer;
};

Cause cause_of(const Subject& subject, const VolumeFacts& volume) {
  const Resolved& end = volume.resolved;
  const std::string chain = join(volume.parent_links, ", ");
  if (end.outcome == Resolved::Outcome::loop) return {"; the links on the way to it go in a circle", {}};
  if (end.outcome == Resolved::Outcome::not_a_directory) {
    const auto node = subject.files()->find(end.path);
    return {fmt::format("; {} is not a folder", end.path), node ? node->layer : std::nullopt};
  }
  if (volume.removed_in) {
    const std::string_view what = volume.removed_path == volume.path ? "it" : std::string_view(volume.removed_path);
    return {fmt::format("; layer {} removes {}", *volume.removed_in, what), volume.removed_in};
  }
  if (!chain.empty()) return {fmt::format("; {} is not there ({})", end.path, shorten(chain, 200)), {}};
  // An engine shows the final tree only, so nobody can say what its layers did.
  return {subject.manifest() != nullptr ? "; no layer creates it" : "", {}};
}

std::string near_name(const Subject& subject, const VolumeFacts& volume) {
  const Resolved folder = resolve_briefly(*subject.files(), kSharedVolumes);
  return folder.found() ? did_you_mean(volume.name, subject.files()->list(folder.path)) : "";
}

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  if (volume.state != VolumeFacts::State::missing) return "";
  const Cause cause = cause_of(subject, volume);
  findings.push_back({fmt::format("{} is missing{}{}", volume.path, cause.text, near_name(subject, volume)),
                      LayerFile{cause.layer, volume.path},
                      mkdir_line(subject, volume.path),
                      volume.name,
                      {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc601_volume_missing{"SDC601",
                                                  "volume-missing",
                                                  Severity::error,
                                                  Needs::files,
                                                  Origin::requirement,
                                                  "The shared-volume folder is missing",
                                                  each_volume<check_volume>};

}  // namespace sidecarctl::lint
