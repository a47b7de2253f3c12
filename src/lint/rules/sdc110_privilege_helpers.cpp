// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

namespace {

struct Helper {
  std::string_view path;
  bool counts_without_setuid;  ///< Its only use is to become another user.
};

// A closed list: every place an image can be in can look up a path, but only layers can be searched through.
constexpr Helper kHelpers[] = {
    {"/usr/bin/sudo", true},   {"/usr/local/bin/sudo", true}, {"/usr/bin/doas", true},
    {"/usr/bin/pkexec", true}, {"/usr/local/bin/gosu", true}, {"/usr/sbin/gosu", true},
    {"/usr/bin/gosu", true},   {"/sbin/su-exec", true},       {"/usr/local/bin/su-exec", true},
    {"/bin/su", false},        {"/usr/bin/su", false},        {"/bin/mount", false},
    {"/usr/bin/mount", false}, {"/bin/umount", false},        {"/usr/bin/umount", false},
    {"/bin/bbsuid", false},    {"/usr/bin/passwd", false},    {"/usr/bin/newgrp", false},
    {"/usr/bin/chsh", false},  {"/usr/bin/chfn", false},      {"/usr/bin/gpasswd", false},
    {"/usr/bin/chage", false},
};

constexpr std::uint32_t kSetuid = 04000, kSetgid = 02000;

std::string privilege_of(ImageFiles& files, const Resolved& program) {
  if ((program.node.mode & kSetuid) != 0) return "setuid";
  if ((program.node.mode & kSetgid) != 0) return "setgid";
  const auto node = program.node.brief ? files.find(program.path) : program.node;
  return node && node->has_capability ? "capabilities" : "";
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  std::set<std::string> seen;  // /bin is a link to usr/bin in most images.
  std::vector<std::string> found;
  for (const Helper& helper : kHelpers) {
    const Resolved program = resolve_briefly(*subject.files(), helper.path);
    if (!program.found() || !program.node.is_file()) continue;
    const std::string privilege = privilege_of(*subject.files(), program);
    if ((privilege.empty() && !helper.counts_without_setuid) || !seen.insert(program.path).second) continue;
    found.push_back(privilege.empty() ? std::string(helper.path) : fmt::format("{} ({})", helper.path, privilege));
  }
  if (found.empty()) return Verdict::decided();
  findings.push_back(
      {fmt::format("{} can change the user or the privileges: {}", plural(found.size(), "program"), join(found, ", ")),
       {},
       "RUN chmod a-s on those that nothing needs, or leave out their packages",
       std::to_string(found.size()),
       {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc110_privilege_helpers{
    "SDC110",     "privilege-helpers", Severity::info,
    Needs::files, Origin::practice,    "Programs that change the user or the privileges",
    check};

}  // namespace sidecarctl::lint
