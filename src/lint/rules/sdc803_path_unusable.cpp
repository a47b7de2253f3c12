// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl::lint {

namespace {

void report(std::vector<Finding>& findings, std::string message, const std::string& value,
            std::optional<Severity> severity = {}) {
  findings.push_back(Finding{std::move(message), ConfigField{"/config/Env"},
                             "ENV PATH=/my/folder:$PATH keeps what the base image has", value, severity});
}

bool is_directory(ImageFiles& files, const std::string& path) {
  const Resolved resolved = resolve_briefly(files, path);
  return resolved.found() && resolved.node.is_directory();
}

/// /bin and /usr/bin are one folder in most distributions, two in others: PATH must lead to where /bin leads.
bool lacks_bin(ImageFiles& files, const std::vector<std::string>& directories) {
  const Resolved bin = resolve_briefly(files, "/bin");
  if (!bin.found() || !bin.node.is_directory()) return false;
  return std::none_of(directories.begin(), directories.end(), [&](const std::string& directory) {
    const Resolved resolved = resolve_briefly(files, clean_absolute_path(directory));
    return resolved.found() && resolved.path == bin.path;
  });
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const auto path = subject.config()->environment("PATH");
  if (!path) {
    report(findings, "the image sets no PATH; runtimes differ in what they search then", "", Severity::info);
    return Verdict::decided();
  }
  if (path->empty()) {
    report(findings, "PATH is empty: programs are found by their path only", *path);
    return Verdict::decided();
  }
  const std::vector<std::string> directories = split_search_path(*path);
  const std::vector<std::string> usual = split_search_path(kDefaultPath);
  const auto relative = std::find_if(directories.begin(), directories.end(),
                                     [](const std::string& name) { return !name.starts_with('/'); });
  if (relative != directories.end()) {
    report(findings,
           fmt::format(
               "PATH has the relative folder '{}': it depends on the working folder, and runc starts nothing from it",
               shorten(*relative, 100)),
           *path);
  }
  const std::string& first = directories.front();
  if (first.starts_with('/') && std::find(usual.begin(), usual.end(), first) == usual.end() &&
      !is_directory(*subject.files(), first)) {
    report(findings, fmt::format("PATH starts with '{}', which is not in the image", shorten(first, 100)), *path);
  }
  if (lacks_bin(*subject.files(), directories)) report(findings, "PATH leaves out /bin: not even 'sh' is found", *path);
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc803_path_unusable{
    "SDC803",     "path-unusable", Severity::warning,
    Needs::files, Origin::runtime, "PATH does not lead to the programs of the image",
    check};

}  // namespace sidecarctl::lint
