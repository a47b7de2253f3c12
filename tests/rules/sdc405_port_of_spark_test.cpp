// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC405 knows Spark's default ports, in ranges too") {
  SubjectBuilder builder;
  CHECK(ask("SDC405", builder).passed());
  builder.config.exposed_ports = {"7077/tcp"};
  CHECK(ask("SDC405", builder).found());
  builder.config.exposed_ports = {"7000-7100/tcp"};
  CHECK(ask("SDC405", builder).findings.size() == 3);
  builder.config.exposed_ports = {"8080", "http"};
  CHECK(ask("SDC405", builder).passed());
}
