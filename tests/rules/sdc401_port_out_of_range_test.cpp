// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC401 judges every port by its numbers") {
  struct Case {
    const char* port;
    bool found;
  };
  const Case row =
      GENERATE(Case{"80/tcp", true}, Case{"0", true}, Case{"1023/tcp", true}, Case{"1024", false},
               Case{"65535/tcp", false}, Case{"65536/tcp", true}, Case{"8080-8090/tcp", false},
               Case{"1000-2000/tcp", true}, Case{"60000-70000/tcp", true}, Case{"99999999999999999999/tcp", true},
               Case{"080/tcp", true}, Case{"http", false}, Case{"", false}, Case{"8080/TCP", false});
  INFO(row.port);
  SubjectBuilder builder;
  builder.config.exposed_ports = {row.port};
  CHECK(ask("SDC401", builder).found() == row.found);
}
