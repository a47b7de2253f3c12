// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC107 finds a uid without an entry") {
  SubjectBuilder builder;
  builder.config.user = "1234";
  RuleAnswer answer = ask("SDC107", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK_FALSE(answer.findings[0].severity);
  CHECK(answer.findings[0].message ==
        "uid 1234 has no entry in /etc/passwd: programs that ask for the user's name fail; its group is 0");
  builder.config.env.clear();
  CHECK_THAT(ask("SDC107", builder).findings.at(0).message, Catch::Contains("HOME is / and"));
}

TEST_CASE("SDC107 warns of a shared uid and of the primary group 0") {
  SubjectBuilder builder;
  builder.files.file("/etc/passwd", "app:x:5001:0::/home/app:\nweb:x:5001:5::/:\n");
  const RuleAnswer answer = ask("SDC107", builder);
  REQUIRE(answer.findings.size() == 2);
  CHECK(answer.findings[0].severity == lint::Severity::warning);
  CHECK(answer.findings[0].message == "uid 5001 has several names in /etc/passwd: app, web");
  CHECK(answer.findings[1].message == "the group of 'app' in /etc/passwd is 0 (root)");
}

TEST_CASE("SDC107 does not mind the primary group when USER names one") {
  SubjectBuilder builder;
  builder.files.file("/etc/passwd", "app:x:5001:0::/home/app:\n");
  builder.config.user = "5001:5001";
  CHECK(ask("SDC107", builder).passed());
}

TEST_CASE("SDC107 is silent for a good entry, does not apply to root, and may be unknown") {
  SubjectBuilder builder;
  CHECK(ask("SDC107", builder).passed());
  for (const char* user : {"", "0", "nosuch", "-1"}) {
    builder.config.user = user;
    CHECK(ask("SDC107", builder).not_applicable());
  }
  builder.files.broken("damaged");
  CHECK(ask("SDC107", builder).unknown());
}

}  // namespace sidecarctl::test
