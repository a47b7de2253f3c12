// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
/// image-spec annotations.md; in the config's labels, where every transport keeps it.
constexpr const char* kBaseName = "org.opencontainers.image.base.name";

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const auto& labels = subject.config()->labels;
  const auto label = labels.find(kBaseName);
  if (label == labels.end() || label->second == "scratch")
    return Verdict::not_applicable("the image does not tell its base");
  const std::string& name = label->second;
  const std::size_t colon = name.rfind(':');
  const std::size_t slash = name.rfind('/');
  const bool has_tag = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  if (name.find('@') != std::string::npos || (has_tag && name.substr(colon + 1) != "latest")) return Verdict::decided();
  findings.push_back(
      Finding{fmt::format("the base is '{}', whatever that is on the day of the build", shorten(name, 255)),
              ConfigField{"/config/Labels"},
              "name a version or a digest in FROM",
              name,
              {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc305_base_not_pinned{
    "SDC305",      "base-not-pinned", Severity::warning,
    Needs::config, Origin::practice,  "The base image was named without a version",
    check};

}  // namespace sidecarctl::lint
