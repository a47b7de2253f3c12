// SPDX-License-Identifier: Apache-2.0
#include "lint/ports.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace sidecarctl::lint {

namespace {
std::string oddity(const ExposedPort& port) {
  constexpr std::array<std::string_view, 3> kProtocols{"tcp", "udp", "sctp"};
  const std::string lower = to_lower(port.protocol);
  if (!port.protocol.empty() && std::find(kProtocols.begin(), kProtocols.end(), lower) == kProtocols.end()) {
    return fmt::format("the protocol '{}' is none of tcp, udp, sctp", shorten(port.protocol, 40));
  }
  if (lower != port.protocol) return fmt::format("the protocol '{}' is not lower case", port.protocol);
  return port.has_leading_zero ? "it has leading zeros" : "";
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  for (const std::string& text : subject.config()->exposed_ports) {
    const ExposedPort port = parse_exposed_port(text);
    if (!port.is_number) continue;  // SDC402 says so.
    const std::string odd = oddity(port);
    if (odd.empty()) continue;
    findings.push_back(Finding{fmt::format("exposed port '{}': {}", shorten(text, 60), odd),
                               ConfigField{"/config/ExposedPorts"},
                               fmt::format("EXPOSE {}/tcp", port.first),
                               text,
                               {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc403_port_spelling{"SDC403",      "port-spelling",  Severity::info,
                                                 Needs::config, Origin::practice, "An exposed port has an odd spelling",
                                                 check};

}  // namespace sidecarctl::lint
