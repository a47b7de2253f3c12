// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC404 asks a server for its port") {
  SubjectBuilder builder;
  CHECK(ask("SDC404", builder).not_applicable());
  builder.profile.name = sidecarctl::lint::ProfileName::server;
  CHECK(ask("SDC404", builder).found());
  builder.config.exposed_ports = {"1234/tcp"};
  CHECK(ask("SDC404", builder).passed());
}
