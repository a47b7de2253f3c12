// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

namespace sidecarctl::lint {

namespace {

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  if (volume.state == VolumeFacts::State::missing) return why_not_usable(subject, volume);
  if (volume.parent_links.empty()) return "";
  const std::string& first = volume.parent_links.front();
  const std::string link = first.substr(0, first.find(" -> "));
  const auto node = subject.files()->find(link);
  findings.push_back({fmt::format("{} runs through {} and ends at {}", volume.path,
                                  shorten(join(volume.parent_links, ", "), 200), volume.resolved.path),
                      LayerFile{node ? node->layer : std::nullopt, link},
                      fmt::format("make {} a folder: RUN rm {} && {}", link, link,
                                  mkdir_line(subject, volume.path).substr(sizeof("RUN ") - 1)),
                      first,
                      {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc606_path_through_link{"SDC606",
                                                     "path-through-link",
                                                     Severity::warning,
                                                     Needs::files,
                                                     Origin::runtime,
                                                     "The path of the shared volume runs through a link",
                                                     each_volume<check_volume>};

}  // namespace sidecarctl::lint
