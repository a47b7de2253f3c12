// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace sidecarctl::lint {

namespace {

/// What to write instead: the first run of ASCII digits, if it is a good uid.
std::string fix_for(const UserSpec& spec, const Profile& profile) {
  const std::size_t start = spec.user.find_first_of("123456789");
  const bool is_hex = spec.user.find_first_of("xX") != std::string::npos;
  if (spec.uid) return fmt::format("USER {}", good_uid(profile, *spec.uid));
  if (start == std::string::npos || is_hex) return fmt::format("USER {}", kSidecarUid);
  const std::string digits = spec.user.substr(start, spec.user.find_first_not_of("0123456789", start) - start);
  const bool is_good = parse_user(digits).kind == UserSpec::Kind::canonical && !spec.user.starts_with('-');
  return fmt::format("USER {}", good_uid(profile, is_good ? parse_unsigned(digits).value_or(0) : kSidecarUid));
}

std::string message_for(std::string_view user, const UserSpec& spec) {
  switch (spec.kind) {
    case UserSpec::Kind::odd_number:
      return fmt::format("{} is not written as a plain number; the runtime reads it as {}", user_line(user), *spec.uid);
    case UserSpec::Kind::out_of_range:
      return fmt::format("{} is outside of 1-2147483647: the container cannot start", user_line(user));
    case UserSpec::Kind::near_number:
      return fmt::format(
          "{} is not a number: the runtime looks for a user of that name in /etc/passwd{}", user_line(user),
          spec.user.find('#') != std::string::npos ? "; a comment behind an instruction is part of its value" : "");
    default: return "";
  }
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::string& user = subject.config()->user;
  const UserSpec spec = parse_user(user);
  if (spec.kind == UserSpec::Kind::empty) return Verdict::not_applicable("there is no USER (SDC101)");
  if (spec.kind == UserSpec::Kind::name) return Verdict::not_applicable("the user is a name (SDC102, SDC103)");
  std::string message = message_for(user, spec);
  if (message.empty()) return Verdict::decided();
  findings.push_back({std::move(message), ConfigField{"/config/User"}, fix_for(spec, subject.profile()), user, {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc104_user_spelling{
    "SDC104",      "user-spelling",     Severity::error,
    Needs::config, Origin::requirement, "The user is not a plain number that the runtime can start",
    check};

}  // namespace sidecarctl::lint
