// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl::lint {

namespace {

constexpr std::string_view kPasswd = "/etc/passwd";

Finding no_entry(const Subject& subject, const UserFacts& facts) {
  const auto home = subject.config()->environment("HOME");
  const std::string_view effect = home && !home->empty() ? "" : "HOME is / and ";
  return {
      fmt::format("uid {} has no entry in /etc/passwd: {}programs that ask for the user's name fail; its group is {}",
                  facts.identity.uid, effect, facts.identity.gid),
      LayerFile{std::nullopt, std::string(kPasswd)},
      fmt::format("RUN echo 'app:x:{0}:{0}::/home/app:/bin/sh' >> /etc/passwd", facts.identity.uid),
      std::to_string(facts.identity.uid),
      {}};
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const UserFacts& facts = subject.user();
  const std::string reason = why_not_judged(facts);
  if (!reason.empty()) return Verdict::not_applicable(reason);
  if (!facts.passwd) {
    findings.push_back(no_entry(subject, facts));
    return Verdict::decided();
  }
  const LayerFile where{std::nullopt, std::string(kPasswd)};
  if (facts.same_uid.size() > 1) {
    findings.push_back({fmt::format("uid {} has several names in /etc/passwd: {}", facts.identity.uid,
                                    shorten(join(facts.same_uid, ", "), 100)),
                        where, "give the user a uid of its own in /etc/passwd", join(facts.same_uid, ","),
                        Severity::warning});
  }
  if (facts.passwd->gid == 0 && !facts.spec.has_colon) {
    findings.push_back({fmt::format("the group of '{}' in /etc/passwd is 0 (root)", shorten(facts.passwd->name, 80)),
                        where, fmt::format("USER {0}:{0}", facts.identity.uid), facts.passwd->name, Severity::warning});
  }
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc107_no_passwd_entry{
    "SDC107",     "no-passwd-entry", Severity::info,
    Needs::files, Origin::runtime,   "/etc/passwd has no entry, or a doubtful one, for the user",
    check};

}  // namespace sidecarctl::lint
