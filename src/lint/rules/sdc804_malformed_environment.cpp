// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <set>

namespace sidecarctl::lint {

namespace {

// The finding shows a name, never a value: that may be a secret.
std::string shown(std::string_view entry) {
  return "'" + shorten(entry.substr(0, entry.find('=')), 60) + "'";
}

void report(std::vector<Finding>& findings, std::string message, std::string fix, std::optional<Severity> severity) {
  findings.push_back(Finding{std::move(message), ConfigField{"/config/Env"}, std::move(fix), {}, severity});
}

/// ld.so splits at blanks and colons and takes names without a slash from the library folders.
void check_preload(const Subject& subject, std::vector<Finding>& findings) {
  const std::string value = replace_all(subject.config()->environment("LD_PRELOAD").value_or(""), ":", " ");
  for (const std::string& library : split(value, ' ')) {
    if (!library.starts_with('/') || library.find('$') != std::string::npos) continue;
    if (resolve_briefly(*subject.files(), library).found()) continue;
    report(findings, fmt::format("LD_PRELOAD names '{}', which is not in the image", shorten(library, 200)),
           "remove it, or install the library", Severity::warning);
  }
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  std::set<std::string_view> seen, told;
  for (const std::string& entry : subject.config()->env) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) {
      report(findings,
             equals == 0 ? "an environment entry has no name: runc refuses to start"
                         : fmt::format("the environment entry {} has no '=': runc refuses to start", shown(entry)),
             "ENV NAME=VALUE", Severity::error);
      continue;
    }
    const std::string_view name = std::string_view(entry).substr(0, equals);
    if (!seen.insert(name).second && told.insert(name).second) {
      report(findings, fmt::format("the variable {} is there more than once; the last one counts", shown(entry)),
             "keep one", std::nullopt);
    }
  }
  check_preload(subject, findings);
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc804_malformed_environment{
    "SDC804",     "malformed-environment", Severity::info,
    Needs::files, Origin::practice,        "An environment entry is malformed, there twice, or names what is missing",
    check};

}  // namespace sidecarctl::lint
