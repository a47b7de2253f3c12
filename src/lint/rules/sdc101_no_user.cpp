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

/// The value of the last USER instruction in the history, as BuildKit, the classic builder and buildah write it.
std::optional<std::string> last_user_instruction(const ImageConfig& config) {
  for (auto entry = config.history.rbegin(); entry != config.history.rend(); ++entry) {
    std::string_view command = entry->created_by;
    constexpr std::string_view kClassicPrefix = "/bin/sh -c #(nop)";
    if (command.starts_with(kClassicPrefix)) command.remove_prefix(kClassicPrefix.size());
    command = trim(command);
    if (command.starts_with("USER ")) return std::string(trim(command.substr(5)));
    if (command == "USER") return "";
  }
  return std::nullopt;
}

std::string history_note(const ImageConfig& config) {
  if (config.history.empty()) return "";
  const auto last = last_user_instruction(config);
  if (!last) return "; no step in its history sets one";
  if (last->empty()) return "; the last USER in its history is empty, as from a build argument without a value";
  return fmt::format("; its history has {}, so a later step cleared it", user_line(*last));
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const ImageConfig& config = *subject.config();
  if (!config.user.empty()) return Verdict::decided();
  findings.push_back({fmt::format("the image sets no USER, so the container would run as root{}", history_note(config)),
                      ConfigField{"/config/User"},
                      fmt::format("USER {}", kSidecarUid),
                      config.user,
                      {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc101_no_user{
    "SDC101",      "no-user",           Severity::error,
    Needs::config, Origin::requirement, "No USER: the container would run as root",
    check};

}  // namespace sidecarctl::lint
