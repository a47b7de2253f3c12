// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>

namespace sidecarctl::test {

TEST_CASE("a shell form is told") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint --fast"};
  const RuleAnswer answer = ask("SDC709", builder);
  REQUIRE(answer.found());
  CHECK_THAT(answer.findings[0].message, Catch::Contains("signals may stop") && !Catch::Contains("CMD"));
  CHECK_FALSE(answer.findings[0].severity);
}

TEST_CASE("words of CMD that a shell form swallows are named") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/bin/sh", "-c", "exec entrypoint"};
  builder.config.cmd = {"--fast"};
  CHECK_THAT(ask("SDC709", builder).findings.at(0).message,
             Catch::Contains("CMD ('--fast')") && !Catch::Contains("signals"));
  builder.config.entrypoint = {"/bin/sh", "-c"};
  builder.config.cmd = {"entrypoint"};
  CHECK_THAT(ask("SDC709", builder).findings.at(0).message, !Catch::Contains("CMD"));
}

TEST_CASE("a list with single quotes is an error, and not looked for as a program") {
  for (const std::string text :
       {"['entrypoint', '--fast']", "['entrypoint']", " [\"entrypoint\"] ", "[ 'entrypoint', 'x' ]"}) {
    SubjectBuilder builder;
    builder.config.entrypoint = {"/bin/sh", "-c", text};
    INFO(text);
    const RuleAnswer answer = ask("SDC709", builder);
    REQUIRE(answer.found());
    CHECK(answer.findings[0].severity == lint::Severity::error);
    CHECK(ask("SDC702", builder).not_applicable());
  }
}

TEST_CASE("a test is no list") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/bin/sh", "-c", "[ \"$A\" = \"b\" ]"};
  CHECK(ask("SDC709", builder).findings.at(0).severity != lint::Severity::error);
}

TEST_CASE("exec form passes, also of a shell with a script") {
  SubjectBuilder builder;
  CHECK(ask("SDC709", builder).passed());
  builder.config.entrypoint = {"/bin/sh", "/run.sh"};
  CHECK(ask("SDC709", builder).passed());
  builder.config.entrypoint = {"/run.sh"};
  builder.config.cmd = {"/bin/sh", "-c", "x"};
  CHECK(ask("SDC709", builder).passed());
  builder.config.entrypoint = builder.config.cmd = {};
  CHECK(ask("SDC709", builder).passed());
}

}  // namespace sidecarctl::test
