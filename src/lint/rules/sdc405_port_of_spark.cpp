// SPDX-License-Identifier: Apache-2.0
#include "lint/ports.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace sidecarctl::lint {

namespace {
struct SparkPort {
  std::uint64_t port;
  std::string_view use;
};
/// Defaults of Spark's configuration page ("Networking", "Spark UI", standalone mode); what a cluster sets is not
/// known.
constexpr std::array<SparkPort, 6> kSparkPorts{{{4040, "the application UI"},
                                                {7077, "a standalone master"},
                                                {7078, "the driver on Kubernetes"},
                                                {7079, "the block manager on Kubernetes"},
                                                {7337, "the shuffle service"},
                                                {18080, "the history server"}}};

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  for (const std::string& text : subject.config()->exposed_ports) {
    const ExposedPort port = parse_exposed_port(text);
    for (const SparkPort& spark : kSparkPorts) {
      if (!port.is_number || spark.port < port.first || spark.port > port.last) continue;
      findings.push_back(Finding{
          fmt::format(
              "port {} is Spark's default for {}; sidecar and executor share localhost in the documented sample",
              spark.port, spark.use),
          ConfigField{"/config/ExposedPorts"},
          "choose another port, for example 8080",
          text,
          {}});
    }
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc405_port_of_spark{
    "SDC405",      "port-of-spark",  Severity::info,
    Needs::config, Origin::practice, "An exposed port is one that Spark uses by default",
    check};

}  // namespace sidecarctl::lint
