// SPDX-License-Identifier: Apache-2.0
#include "lint/ports.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  for (const std::string& text : subject.config()->exposed_ports) {
    const ExposedPort port = parse_exposed_port(text);
    if (!port.is_number || is_allowed_port(port)) continue;
    findings.push_back(Finding{
        fmt::format("port '{}' is exposed; only {} to {} can be used", shorten(text, 60), kFirstPort, kLastPort),
        ConfigField{"/config/ExposedPorts"},
        "let the program listen on a higher port and write EXPOSE 8080; a base image's EXPOSE cannot be taken "
        "back in a Dockerfile, only by another base",
        text,
        {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc401_port_out_of_range{
    "SDC401",      "port-out-of-range", Severity::error,
    Needs::config, Origin::requirement, "An exposed port is outside 1024 to 65535",
    check};

}  // namespace sidecarctl::lint
