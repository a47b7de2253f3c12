// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"
#include "image/permission.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "lint/volume_check.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <string>

namespace sidecarctl::lint {

namespace {

std::string problem_of(ImageFiles& files, const std::string& home, const Identity& who) {
  if (!home.starts_with('/')) return "is not an absolute path";
  const Resolved folder = resolve(files, home);
  if (!folder.found()) return "does not exist";
  if (!folder.node.is_directory()) return "is not a folder";
  const std::string blocked_by = blocking_parent(files, folder, who);
  if (!blocked_by.empty()) return fmt::format("is behind {}, which the user cannot enter", blocked_by);
  if (allows(folder.node, who, kWrite | kExecute)) return "";
  return fmt::format("is not writable for the user: it belongs to {}", owner_and_mode(folder.node));
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const UserFacts& facts = subject.user();
  const std::string reason = why_not_judged(facts);
  if (!reason.empty()) return Verdict::not_applicable(reason);
  std::string home = subject.config()->environment("HOME").value_or("");
  const bool from_environment = !home.empty();
  if (!from_environment && !facts.passwd) {
    return Verdict::not_applicable("there is no HOME and no entry in /etc/passwd (SDC107)");
  }
  if (!from_environment) home = facts.passwd->home;
  const std::string problem = problem_of(*subject.files(), home, facts.identity);
  if (problem.empty()) return Verdict::decided();
  findings.push_back(
      {fmt::format("HOME '{}' ({}) {}", shorten(home, 100), from_environment ? "ENV" : "/etc/passwd", problem),
       from_environment ? Location(ConfigField{"/config/Env"}) : Location(LayerFile{{}, "/etc/passwd"}),
       fmt::format("ENV HOME=/home/app, and {}", mkdir_line(subject, "/home/app")),
       home,
       {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc108_home_not_writable{
    "SDC108",     "home-not-writable", Severity::info,
    Needs::files, Origin::practice,    "The home folder is missing or not writable",
    check};

}  // namespace sidecarctl::lint
