// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC010 looks at every string of the config") {
  const auto change = GENERATE(0, 1, 2, 3, 4, 5, 6, 7, 8);
  SubjectBuilder builder;
  CHECK(ask("SDC010", builder).passed());
  const std::string bad = "a\x1b[2Jb";
  auto& config = builder.config;
  switch (change) {
    case 0: config.user = bad; break;
    case 1: config.entrypoint.push_back(bad); break;
    case 2: config.cmd.push_back(bad); break;
    case 3: config.env.push_back("A=" + bad); break;
    case 4: config.working_dir = bad; break;
    case 5: config.exposed_ports.push_back(bad); break;
    case 6: config.labels[bad] = "x"; break;
    case 7: config.labels["x"] = "\xe2\x80\xae"; break;
    default: config.history.push_back({bad, "", true}); break;
  }
  const auto answer = ask("SDC010", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].message.find('\x1b') == std::string::npos);
}

TEST_CASE("SDC010 lets newline and tab pass") {
  SubjectBuilder builder;
  builder.config.env.push_back("TEXT=a\n\tb ä");
  CHECK(ask("SDC010", builder).passed());
}
