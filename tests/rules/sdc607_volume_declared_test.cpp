// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC607 finds a VOLUME on, above and below the folder") {
  struct Case {
    std::string declared, relation;
  };
  const auto row = GENERATE(values<Case>({
      {kSharedVolume, "is"},
      {kSharedVolume + "/", "is"},
      {"//opt/./palantir/sidecars/shared-volumes/shared", "is"},
      {"/opt/palantir/sidecars/shared-volumes", "is above"},
      {"/opt", "is above"},
      {"/", "is above"},
      {kSharedVolume + "/in", "is below"},
  }));
  SubjectBuilder builder;
  builder.files.broken("not needed");
  builder.config.volumes = {row.declared};
  const RuleAnswer answer = ask("SDC607", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].message ==
        "VOLUME '" + row.declared + "' " + row.relation + " the shared volume " + kSharedVolume);
}

TEST_CASE("SDC607 says once what a VOLUME does to several folders") {
  SubjectBuilder builder;
  builder.volumes = {"shared", "data"};
  builder.config.volumes = {"/opt"};
  CHECK(ask("SDC607", builder).findings.size() == 1);
}

TEST_CASE("SDC607 is silent for a VOLUME elsewhere") {
  SubjectBuilder builder;
  builder.config.volumes = {"/data", "/optional", kSharedVolume + "2", "/opt/palantir/sidecars/shared-volumes/other",
                            "opt",   ""};
  CHECK(ask("SDC607", builder).passed());
}

TEST_CASE("SDC607 does not apply without shared volumes") {
  SubjectBuilder builder;
  builder.profile.name = lint::ProfileName::generic;
  builder.config.volumes = {"/opt"};
  CHECK(ask("SDC607", builder).not_applicable());
}

}  // namespace sidecarctl::test
