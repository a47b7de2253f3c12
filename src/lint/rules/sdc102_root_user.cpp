// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace sidecarctl::lint {

namespace {

std::string message_for(const Subject& subject) {
  const std::string& user = subject.config()->user;
  const UserSpec spec = parse_user(user);
  if (spec.kind == UserSpec::Kind::root_number) return fmt::format("{} is root (uid 0)", user_line(user));
  if (spec.kind == UserSpec::Kind::empty_name) {
    return fmt::format("{} has no user before the colon, so the container would run as root", user_line(user));
  }
  if (spec.kind != UserSpec::Kind::name) return "";
  if (spec.user == "root") return fmt::format("{} is root", user_line(user));
  // Any name may have uid 0; only the image's /etc/passwd tells.
  return subject.user().is_root ? fmt::format("{} is root: /etc/passwd gives it uid 0", user_line(user)) : "";
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::string& user = subject.config()->user;
  if (user.empty()) return Verdict::not_applicable("there is no USER (SDC101)");
  std::string message = message_for(subject);
  if (message.empty()) return Verdict::decided();
  findings.push_back({std::move(message), ConfigField{"/config/User"}, fmt::format("USER {}", kSidecarUid), user, {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc102_root_user{
    "SDC102", "root-user", Severity::error, Needs::config, Origin::requirement, "The user is root", check};

}  // namespace sidecarctl::lint
