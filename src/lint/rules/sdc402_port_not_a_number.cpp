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
    if (parse_exposed_port(text).is_number) continue;
    findings.push_back(Finding{fmt::format("'{}' is not a port or a range of ports", shorten(text, 60)),
                               ConfigField{"/config/ExposedPorts"},
                               "EXPOSE 8080, or EXPOSE 8080-8090/tcp",
                               text,
                               {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc402_port_not_a_number{
    "SDC402",      "port-not-a-number", Severity::error,
    Needs::config, Origin::requirement, "An exposed port is not a number",
    check};

}  // namespace sidecarctl::lint
