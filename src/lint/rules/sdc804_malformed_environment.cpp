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

/// Seen with docker 20.10, podman 4.3, containerd 1.6 (ctr) and runc 1.1; what the CRI does is in containerd's source.
void report_shapeless(std::vector<Finding>& findings, std::string_view entry, bool is_nameless) {
  if (is_nameless) {
    report(findings, "an environment entry has no name: the container cannot start", "ENV NAME=VALUE", Severity::error);
    return;
  }
  report(findings,
         fmt::format("the environment entry {} has no '=': most engines leave it out, plain containerd cannot start "
                     "the container",
                     shown(entry)),
         "ENV NAME=VALUE", Severity::warning);
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
      report_shapeless(findings, entry, equals == 0);
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
