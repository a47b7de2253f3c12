// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC402 refuses what is no port") {
  SubjectBuilder builder;
  CHECK(ask("SDC402", builder).passed());
  for (const char* text :
       {"http", "", "/tcp", "80:80", "127.0.0.1:80/tcp", "8090-8080/tcp", "80-", "-80", "+80", "8 0", "0x50"}) {
    builder.config.exposed_ports = {text};
    INFO(text);
    CHECK(ask("SDC402", builder).found());
  }
  builder.config.exposed_ports = {"80", "80/udp", "80-90/sctp", "70000"};
  CHECK(ask("SDC402", builder).passed());
}
