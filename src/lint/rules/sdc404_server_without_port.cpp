// SPDX-License-Identifier: Apache-2.0

#include "lint/rule.hpp"
#include "lint/subject.hpp"

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  if (subject.profile().name != ProfileName::server) return Verdict::not_applicable("the profile is not server");
  if (!subject.config()->exposed_ports.empty()) return Verdict::decided();
  findings.push_back(Finding{"no port is exposed, so nobody can tell where the server listens",
                             ConfigField{"/config/ExposedPorts"},
                             "EXPOSE 8080, the port the program listens on",
                             {},
                             {}});
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc404_server_without_port{
    "SDC404", "server-without-port", Severity::info, Needs::config, Origin::sample, "A server sidecar exposes no port",
    check};

}  // namespace sidecarctl::lint
