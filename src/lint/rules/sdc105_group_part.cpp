// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sidecarctl::lint {

namespace {

std::string groups_text(const std::vector<GroupEntry>& groups) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> parts;
  for (const GroupEntry& group : groups) {
    if (parts.size() == kShown) break;
    parts.push_back(fmt::format("{} ({})", shorten(group.name, 40), group.gid));
  }
  if (groups.size() > kShown) parts.push_back(fmt::format("{} more", groups.size() - kShown));
  return join(parts, ", ");
}

std::optional<Finding> find_fault(const UserFacts& facts, const std::string& user) {
  const ConfigField where{"/config/User"};
  const std::string uid_alone = fmt::format("USER {}", facts.spec.user);
  if (!facts.group_exists) {
    return Finding{fmt::format("{} cannot start: {}", user_line(user), facts.problem), where, uid_alone, user,
                   Severity::error};
  }
  if (facts.spec.group.empty()) {
    const auto gid = facts.passwd ? facts.passwd->gid : 0;
    return Finding{fmt::format("{} has nothing behind the colon: containerd takes group 0, Docker the group of "
                               "/etc/passwd ({})",
                               user_line(user), gid),
                   where,
                   uid_alone,
                   user,
                   {}};
  }
  if (facts.identity.gid == 0) {
    return Finding{fmt::format("{} puts the process into group 0 (root)", user_line(user)),
                   where,
                   fmt::format("USER {0}:{0}", facts.identity.uid),
                   user,
                   {}};
  }
  if (facts.memberships.empty()) return std::nullopt;
  return Finding{fmt::format("effective groups: {}; with a group in USER, Docker drops what /etc/group adds: {}",
                             facts.identity.gid, groups_text(facts.memberships)),
                 where, uid_alone, user, Severity::info};
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::string& user = subject.config()->user;
  const UserSpec spec = parse_user(user);
  if (!spec.has_colon) return Verdict::decided();
  if (spec.kind == UserSpec::Kind::root_number || spec.kind == UserSpec::Kind::empty_name || spec.user == "root") {
    return Verdict::not_applicable("the user is root (SDC102)");
  }
  // Their fix, a number alone, takes the group away too.
  if (spec.kind == UserSpec::Kind::name) return Verdict::not_applicable("the user is a name (SDC102, SDC103)");
  if (spec.kind != UserSpec::Kind::canonical) return Verdict::not_applicable("the user is not a plain number (SDC104)");
  const UserFacts& facts = subject.user();
  if (auto fault = find_fault(facts, user)) findings.push_back(std::move(*fault));
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc105_group_part{
    "SDC105",     "group-part",    Severity::warning,
    Needs::files, Origin::runtime, "The group part of the user needs attention",
    check};

}  // namespace sidecarctl::lint
