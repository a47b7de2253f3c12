// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC109 finds working folders that keep the container from starting") {
  SubjectBuilder builder;
  builder.files.link("/loop", "/loop");
  builder.config.working_dir = GENERATE("app", "/bin/sh", "/bin/sh/app", "/loop");
  const RuleAnswer answer = ask("SDC109", builder);
  CHECK(answer.findings.at(0).severity == lint::Severity::error);
  CHECK(answer.findings[0].fix == "WORKDIR /app");
}

TEST_CASE("SDC109 warns of a folder that is missing") {
  SubjectBuilder builder;
  builder.config.working_dir = "/work";
  const RuleAnswer answer = ask("SDC109", builder);
  CHECK(answer.findings.at(0).severity == lint::Severity::warning);
  CHECK(answer.findings[0].message ==
        "WORKDIR '/work' does not exist; the runtime makes it at the start, owned by root");
}

TEST_CASE("SDC109 warns of a folder that the user cannot enter, also by a parent") {
  SubjectBuilder builder;
  builder.files.directory("/root", 0700).directory("/root/app", 0755);
  builder.config.working_dir = GENERATE("/root", "/root/app");
  const RuleAnswer answer = ask("SDC109", builder);
  CHECK(answer.findings.at(0).severity == lint::Severity::warning);
  CHECK_THAT(answer.findings[0].message, Catch::Contains("at /root)"));
}

TEST_CASE("SDC109 does not judge permissions for root and users that cannot exist") {
  SubjectBuilder builder;
  builder.files.directory("/root", 0700);
  builder.config.working_dir = "/root";
  builder.config.user = GENERATE("", "0", "root", "nosuch", "-1");
  CHECK(ask("SDC109", builder).passed());
}

TEST_CASE("SDC109 is silent for a good folder and for none, and may be unknown") {
  SubjectBuilder builder;
  CHECK(ask("SDC109", builder).passed());
  builder.files.link("/srv", "/home/app");
  builder.config.working_dir = "/srv";
  CHECK(ask("SDC109", builder).passed());
  builder.files.broken("damaged");
  CHECK(ask("SDC109", builder).unknown());
  builder.config.working_dir = "";
  CHECK(ask("SDC109", builder).passed());
}

}  // namespace sidecarctl::test
