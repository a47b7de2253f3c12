// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC403 notices odd spellings") {
  SubjectBuilder builder;
  for (const char* text : {"8080/TCP", "08080/tcp", "8080/http", "8080/tcp/udp"}) {
    builder.config.exposed_ports = {text};
    INFO(text);
    CHECK(ask("SDC403", builder).found());
  }
  builder.config.exposed_ports = {"8080", "8080/udp", "1-2/sctp", "http/X", "0"};
  CHECK(ask("SDC403", builder).passed());
}
