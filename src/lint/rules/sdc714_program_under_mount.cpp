// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <array>

namespace sidecarctl::lint {

namespace {

struct Mount {
  std::string path, what;
  Severity severity;
};

/// Runtimes mount /dev, /proc and /sys always; /tmp often.
std::vector<Mount> mounts_of(const ImageConfig& config) {
  std::vector<Mount> mounts{{std::string(kSharedVolumes), "where shared volumes are mounted", Severity::error}};
  for (const char* path : {"/dev", "/proc", "/sys", "/tmp"})
    mounts.push_back({path, "where a file system of its own is usually mounted", Severity::warning});
  for (const std::string& volume : config.volumes) {
    mounts.push_back({clean_absolute_path(volume), "a VOLUME of the image", Severity::warning});
  }
  return mounts;
}

bool is_below(const std::string& path, const std::string& folder) {
  return folder == "/" || path.starts_with(folder + "/");
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  const StartStep& program = *start.program();
  const std::string asked =
      program.wanted.starts_with('/') ? clean_absolute_path(program.wanted) : program.resolved.path;
  for (const Mount& mount : mounts_of(*subject.config())) {
    if (!is_below(program.resolved.path, mount.path) && !is_below(asked, mount.path)) continue;
    findings.push_back(Finding{
        fmt::format("{} lies below '{}', {}: the mount hides it", label(program), shorten(mount.path, 200), mount.what),
        location_of(program), "COPY it to another folder, /usr/local/bin for example", program.resolved.path,
        mount.severity});
    break;
  }
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc714_program_under_mount{
    "SDC714",     "program-under-mount", Severity::error,
    Needs::files, Origin::runtime,       "The program lies where a mount will hide it",
    check};

}  // namespace sidecarctl::lint
