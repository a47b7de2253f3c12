// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace sidecarctl::lint {

namespace {

/// nullopt when the files cannot be read: a name is wrong whatever they say.
std::optional<UserFacts> try_user(const Subject& subject) {
  try {
    return subject.user();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    return std::nullopt;
  }
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::string& user = subject.config()->user;
  const UserSpec spec = parse_user(user);
  if (spec.kind == UserSpec::Kind::empty) return Verdict::not_applicable("there is no USER (SDC101)");
  if (spec.kind != UserSpec::Kind::name) return Verdict::decided();
  if (spec.user == "root") return Verdict::not_applicable("the user is root (SDC102)");
  const auto facts = try_user(subject);
  if (facts && facts->is_root) return Verdict::not_applicable("the user is root (SDC102)");
  std::string message = fmt::format("{} is a name, not a number", user_line(user));
  std::uint64_t uid = kSidecarUid;
  if (facts && facts->passwd && (facts->exists || !facts->group_exists)) {
    uid = good_uid(subject.profile(), facts->passwd->uid);
    message += fmt::format("; /etc/passwd gives it uid {}", facts->passwd->uid);
  } else if (facts) {
    message += fmt::format(", and the container cannot start: {}", facts->problem);
  }
  findings.push_back({std::move(message), ConfigField{"/config/User"}, fmt::format("USER {}", uid), user, {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc103_user_name{"SDC103",      "user-name",         Severity::error,
                                             Needs::config, Origin::requirement, "The user is a name, not a number",
                                             check};

}  // namespace sidecarctl::lint
