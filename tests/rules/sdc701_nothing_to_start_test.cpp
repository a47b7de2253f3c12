// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>
#include <variant>
#include <vector>

namespace sidecarctl::test {

TEST_CASE("an image that starts nothing is found") {
  for (const std::vector<std::string>& entrypoint : {std::vector<std::string>{}, {""}, {"", "/bin/sh"}}) {
    SubjectBuilder builder;
    builder.config.entrypoint = entrypoint;
    const RuleAnswer answer = ask("SDC701", builder);
    REQUIRE(answer.found());
    CHECK_THAT(answer.findings[0].message, Catch::Contains(entrypoint.empty() ? "neither" : "empty string"));
  }
  SubjectBuilder builder;
  builder.config.entrypoint.clear();
  builder.config.cmd = {""};
  const RuleAnswer answer = ask("SDC701", builder);
  REQUIRE(answer.found());
  CHECK(std::get<lint::ConfigField>(answer.findings[0].where).json_pointer == "/config/Cmd");
}

TEST_CASE("a containerd start with an empty first word fails even if CMD has a program") {
  SubjectBuilder builder;
  builder.config.entrypoint = {""};
  builder.config.cmd = {"/usr/bin/entrypoint"};
  CHECK(ask("SDC701", builder).found());
}

TEST_CASE("ENTRYPOINT or CMD alone is enough to start") {
  SubjectBuilder builder;
  CHECK(ask("SDC701", builder).passed());
  builder.config.cmd = std::move(builder.config.entrypoint);
  builder.config.entrypoint.clear();
  CHECK(ask("SDC701", builder).passed());
}

TEST_CASE("nothing to start is told even where the layers are damaged") {
  SubjectBuilder builder;
  builder.config.entrypoint.clear();
  builder.files.broken("layer 0 is damaged");
  CHECK(ask("SDC701", builder).found());
}

TEST_CASE("the other rules about the start leave an image without a program to SDC701") {
  for (const char* rule : {"SDC702", "SDC703", "SDC704", "SDC705", "SDC706", "SDC707", "SDC708", "SDC710", "SDC711",
                           "SDC712", "SDC713", "SDC714"}) {
    SubjectBuilder builder;
    builder.config.entrypoint.clear();
    INFO(rule);
    CHECK(ask(rule, builder).not_applicable());
  }
}

}  // namespace sidecarctl::test
