// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

namespace {

constexpr std::size_t kShownNames = 5;

bool is_flag(std::string_view name) noexcept {
  return name == "start_flag" || name == "done_flag" || name == "close_flag";
}

LayerFile place_of(const Subject& subject, const VolumeFacts& volume, const std::string& name) {
  const auto node = subject.files()->find(fmt::format("{}/{}", volume.resolved.path, name));
  return {node ? node->layer : std::nullopt, fmt::format("{}/{}", volume.path, name)};
}

std::string check_volume(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings) {
  using State = VolumeFacts::State;
  if (volume.state == State::missing || volume.state == State::not_directory) return why_not_usable(subject, volume);
  std::vector<std::string> others;
  for (const std::string& name : volume.entries) {
    if (!is_flag(name)) {
      others.push_back(name);
      continue;
    }
    findings.push_back({fmt::format("{}/{} is baked into the image: a container that sees it does not wait its turn",
                                    volume.path, name),
                        place_of(subject, volume, name), fmt::format("RUN rm -f {}/{}", volume.path, name), name,
                        Severity::error});
  }
  if (others.empty()) return "";
  std::vector<std::string> shown(others.begin(), others.begin() + std::min(others.size(), kShownNames));
  if (others.size() > shown.size()) shown.push_back(fmt::format("{} more", others.size() - shown.size()));
  findings.push_back({fmt::format("{} has content in the image: {}", volume.path, shorten(join(shown, ", "), 200)),
                      place_of(subject, volume, others[0]),
                      "keep it elsewhere, and copy it when the container starts",
                      others[0],
                      {}});
  return "";
}

}  // namespace

extern constinit const Rule sdc608_volume_has_content{"SDC608",
                                                      "volume-has-content",
                                                      Severity::warning,
                                                      Needs::files,
                                                      Origin::sample,
                                                      "The shared volume has content in the image",
                                                      each_volume<check_volume>};

}  // namespace sidecarctl::lint
