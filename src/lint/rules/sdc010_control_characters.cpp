// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
class Scan {
 public:
  explicit Scan(std::vector<Finding>& findings) : findings_(&findings) {}
  void text(const std::string& value, const std::string& pointer, std::string_view what) {
    if (!has_control_characters(value, true)) return;
    findings_->push_back(Finding{fmt::format("{} holds control characters: {}", what, shorten(escape_text(value), 120)),
                                 ConfigField{pointer},
                                 "write it without them",
                                 value,
                                 {}});
  }
  void list(const std::vector<std::string>& values, const std::string& pointer, std::string_view what) {
    for (std::size_t i = 0; i < values.size(); ++i) text(values[i], pointer + "/" + std::to_string(i), what);
  }

 private:
  std::vector<Finding>* findings_;
};

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const ImageConfig& config = *subject.config();
  Scan scan(findings);
  scan.text(config.user, "/config/User", "the user");
  scan.list(config.entrypoint, "/config/Entrypoint", "the entrypoint");
  scan.list(config.cmd, "/config/Cmd", "the command");
  scan.list(config.env, "/config/Env", "an environment variable");
  scan.text(config.working_dir, "/config/WorkingDir", "the working folder");
  for (const std::string& port : config.exposed_ports) scan.text(port, "/config/ExposedPorts", "an exposed port");
  for (const std::string& volume : config.volumes) scan.text(volume, "/config/Volumes", "a volume");
  for (const auto& [key, value] : config.labels) {
    scan.text(key, "/config/Labels", "the name of a label");
    scan.text(value, "/config/Labels", "a label");
  }
  for (std::size_t i = 0; i < config.history.size(); ++i) {
    scan.text(config.history[i].created_by, fmt::format("/history/{}/created_by", i), "the history");
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc010_control_characters{
    "SDC010",      "control-characters", Severity::warning,
    Needs::config, Origin::practice,     "Strings of the image hold control characters",
    check};

}  // namespace sidecarctl::lint
