// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace sidecarctl::lint {

namespace {

std::string below(std::string_view path) {
  return path == "/" ? "/" : std::string(path) + "/";
}

/// How the declared path lies to the folder; "" when they have nothing to do with each other.
std::string_view relation_of(const std::string& declared, const std::string& folder) {
  if (declared == folder) return "is";
  if (folder.starts_with(below(declared))) return "is above";
  return declared.starts_with(below(folder)) ? "is below" : "";
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::string no_volumes = why_no_volumes(subject);
  if (!no_volumes.empty()) return Verdict::not_applicable(no_volumes);
  for (const std::string& declared : subject.config()->volumes) {
    if (!declared.starts_with('/')) continue;
    for (const std::string& name : subject.volumes()) {
      const std::string folder = fmt::format("{}/{}", kSharedVolumes, name);
      const std::string_view relation = relation_of(clean_absolute_path(declared), folder);
      if (relation.empty()) continue;
      findings.push_back({fmt::format("VOLUME '{}' {} the shared volume {}", shorten(declared, 100), relation, folder),
                          ConfigField{"/config/Volumes"},
                          "leave out the VOLUME instruction",
                          declared,
                          {}});
      break;
    }
  }
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc607_volume_declared{
    "SDC607",      "volume-declared", Severity::warning,
    Needs::config, Origin::runtime,   "A VOLUME hides or freezes the shared volume",
    check};

}  // namespace sidecarctl::lint
