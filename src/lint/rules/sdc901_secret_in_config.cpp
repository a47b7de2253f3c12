// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/secrets.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace sidecarctl::lint {

namespace {
class Scan {
 public:
  explicit Scan(std::vector<Finding>& findings) : findings_(&findings) {}

  /// `what` names the place; the value itself is never repeated.
  void value(std::string_view text, std::string pointer, const std::string& what) {
    const auto secret = find_secret(text);
    if (!secret) return;
    findings_->push_back(Finding{fmt::format("{} holds a {} ({})", what, secret->kind, secret->masked),
                                 ConfigField{std::move(pointer)},
                                 "use RUN --mount=type=secret at build time, pass it at run time, and revoke this one",
                                 {},
                                 {}});
  }

  void name(const std::string& name, std::string_view text, std::string pointer, const std::string& what) {
    if (!is_secret_name(name) || text.empty() || find_secret(text)) return;
    findings_->push_back(Finding{fmt::format("{} is named like a secret and has a value", what),
                                 ConfigField{std::move(pointer)},
                                 "make sure that the value is none; secrets do not belong into images",
                                 {},
                                 Severity::info});
  }

 private:
  std::vector<Finding>* findings_;
};

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const ImageConfig& config = *subject.config();
  Scan scan(findings);
  for (std::size_t i = 0; i < config.env.size(); ++i) {
    const std::size_t equals = config.env[i].find('=');
    const std::string name = config.env[i].substr(0, equals);
    const std::string what = fmt::format("the variable '{}'", shorten(name, 80));
    const std::string pointer = fmt::format("/config/Env/{}", i);
    scan.value(config.env[i], pointer, what);
    if (equals != std::string::npos) scan.name(name, config.env[i].substr(equals + 1), pointer, what);
  }
  for (const auto& [key, value] : config.labels) {
    scan.value(value, "/config/Labels", fmt::format("the label '{}'", shorten(key, 80)));
  }
  for (const std::string& word : config.argv()) scan.value(word, "/config/Cmd", "the command line");
  for (std::size_t i = 0; i < config.history.size(); ++i) {
    scan.value(config.history[i].created_by, fmt::format("/history/{}/created_by", i),
               fmt::format("line {} of the history", i));
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc901_secret_in_config{
    "SDC901",      "secret-in-config", Severity::error,
    Needs::config, Origin::practice,   "A secret is in the config or the history",
    check};

}  // namespace sidecarctl::lint
