// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

#include <string>

namespace sidecarctl::lint {

namespace {

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const std::string& user = subject.config()->user;
  const UserSpec spec = parse_user(user);
  switch (spec.kind) {
    case UserSpec::Kind::empty: return Verdict::not_applicable("there is no USER (SDC101)");
    case UserSpec::Kind::empty_name:
    case UserSpec::Kind::root_number: return Verdict::not_applicable("the user is root (SDC102)");
    case UserSpec::Kind::odd_number:
    case UserSpec::Kind::out_of_range:
    case UserSpec::Kind::near_number: return Verdict::not_applicable("the user is not a plain number (SDC104)");
    case UserSpec::Kind::name: return Verdict::not_applicable("the user is a name (SDC102, SDC103)");
    case UserSpec::Kind::canonical: break;
  }
  if (spec.uid == kSidecarUid) return Verdict::decided();
  const bool is_required = subject.profile().name == ProfileName::byoc;
  findings.push_back(
      {fmt::format("the user is {}; {}", *spec.uid,
                   is_required ? "transforms with an own container need exactly 5001"
                               : "the documentation's flag sample takes 5001, and transforms with an own "
                                 "container (profile byoc) need it"),
       ConfigField{"/config/User"}, fmt::format("USER {}", kSidecarUid), user,
       is_required ? Severity::error : Severity::info});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc106_not_5001{
    "SDC106", "not-5001", Severity::error, Needs::config, Origin::requirement, "The user is not 5001", check};

}  // namespace sidecarctl::lint
