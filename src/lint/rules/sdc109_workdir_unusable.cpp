// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"
#include "image/permission.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace sidecarctl::lint {

namespace {

struct Fault {
  std::string problem;
  Severity severity;
};

/// A path that can stand in a Dockerfile as it is.
bool is_writable_down(std::string_view path) {
  return path.size() <= 100 && !has_control_characters(path, false) &&
         path.find_first_of(" $'\"\\") == std::string::npos;
}

std::optional<Fault> fault_of_path(const Resolved& folder) {
  switch (folder.outcome) {
    case Resolved::Outcome::found:
      if (folder.node.is_directory()) return std::nullopt;
      return Fault{"is not a folder: the container cannot start", Severity::error};
    case Resolved::Outcome::missing:
      return Fault{"does not exist; the runtime makes it at the start, owned by root", Severity::warning};
    case Resolved::Outcome::loop: return Fault{"is a loop of links: the container cannot start", Severity::error};
    case Resolved::Outcome::not_a_directory:
      return Fault{fmt::format("runs through {}, which is not a folder: the container cannot start", folder.path),
                   Severity::error};
  }
  return std::nullopt;
}

std::optional<Fault> fault_for_user(ImageFiles& files, const Resolved& folder, const UserFacts& user) {
  // Root and users that cannot exist have their own rules; the path was judged without them.
  if (!why_not_judged(user).empty()) return std::nullopt;
  const std::string parent = blocking_parent(files, folder, user.identity);
  if (parent.empty() && allows(folder.node, user.identity, kExecute)) return std::nullopt;
  const std::string blocked_by = parent.empty() ? folder.path : parent;
  // runc enters it as root before it becomes the user: the process starts, but no relative path works.
  return Fault{fmt::format("cannot be entered by the user (at {}): relative paths do not work", blocked_by),
               Severity::warning};
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::string& path = subject.config()->working_dir;
  if (path.empty()) return Verdict::decided();
  std::optional<Fault> fault;
  const std::string absolute = path.starts_with('/') ? path : "/" + path;
  std::string fix = fmt::format("WORKDIR {}", is_writable_down(absolute) ? absolute : "/app");
  constexpr const char* kAnotherFolder = "WORKDIR /app";
  if (!path.starts_with('/')) {
    fault = Fault{"is not absolute: the container cannot start", Severity::error};
  } else {
    const Resolved folder = resolve(*subject.files(), path);
    fault = fault_of_path(folder);
    if (fault && fault->severity == Severity::error) fix = kAnotherFolder;
    if (!fault) {
      fault = fault_for_user(*subject.files(), folder, subject.user());
      if (fault && is_writable_down(path)) fix = fmt::format("RUN chmod a+x {}", path);
    }
  }
  if (!fault) return Verdict::decided();
  findings.push_back({fmt::format("WORKDIR '{}' {}", shorten(path, 100), fault->problem),
                      ConfigField{"/config/WorkingDir"}, std::move(fix), path, fault->severity});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc109_workdir_unusable{
    "SDC109", "workdir-unusable", Severity::error, Needs::files, Origin::runtime, "The working folder cannot be used",
    check};

}  // namespace sidecarctl::lint
