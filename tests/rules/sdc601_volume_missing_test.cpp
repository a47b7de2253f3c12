// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC601 finds a folder that no layer creates, and gives the line to write") {
  SubjectBuilder builder;
  builder.files.remove(kSharedVolume);
  const RuleAnswer answer = ask("SDC601", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].message == kSharedVolume + " is missing; no layer creates it");
  CHECK(answer.findings[0].fix == "RUN mkdir -p " + kSharedVolume + " && chown 5001:5001 " + kSharedVolume);
}

TEST_CASE("SDC601 says nothing about layers where it sees none") {
  SubjectBuilder builder;
  builder.has_manifest = false;
  builder.files.remove(kSharedVolume);
  CHECK(ask("SDC601", builder).findings.at(0).message == kSharedVolume + " is missing");
}

TEST_CASE("SDC601 names the layer that removed the folder or a parent") {
  struct Case {
    std::string removed;
  };
  const auto row = GENERATE(values<Case>({{kSharedVolume}, {"/opt/palantir"}, {"/opt"}}));
  SubjectBuilder builder;
  builder.files.remove(row.removed).removed(row.removed, 3);
  const RuleAnswer answer = ask("SDC601", builder);
  CHECK(answer.findings.at(0).message ==
        kSharedVolume + " is missing; layer 3 removes " + (row.removed == kSharedVolume ? "it" : row.removed));
  CHECK(std::get<lint::LayerFile>(answer.findings[0].where).layer == 3);
}

TEST_CASE("SDC601 names what is in the way") {
  SubjectBuilder builder;
  SECTION("a parent that is a file") {
    builder.files.remove("/opt/palantir").file("/opt/palantir", "x");
    CHECK(ask("SDC601", builder).findings.at(0).message ==
          kSharedVolume + " is missing; /opt/palantir is not a folder");
  }
  SECTION("a parent that is a link to nothing") {
    builder.files.remove("/opt").link("/opt", "/data/opt");
    CHECK(ask("SDC601", builder).findings.at(0).message ==
          kSharedVolume + " is missing; /data is not there (/opt -> /data/opt)");
  }
  SECTION("a parent that is a loop") {
    builder.files.remove("/opt").link("/opt", "opt");
    CHECK_THAT(ask("SDC601", builder).findings.at(0).message, Catch::EndsWith("go in a circle"));
  }
}

TEST_CASE("SDC601 asks for each volume, and knows near names") {
  SubjectBuilder builder;
  builder.volumes = {"shared", "sharde"};
  const RuleAnswer answer = ask("SDC601", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK_THAT(answer.findings[0].message, Catch::EndsWith("; did you mean 'shared'?"));
}

TEST_CASE("SDC601 gives the folder to the image's own user, or to 5001 when there is none") {
  SubjectBuilder builder;
  builder.files.remove(kSharedVolume);
  builder.config.user = "1234";
  CHECK_THAT(ask("SDC601", builder).findings.at(0).fix, Catch::Contains("chown 1234:1234"));
  builder.config.user = "";
  CHECK_THAT(ask("SDC601", builder).findings.at(0).fix, Catch::Contains("chown 5001:5001"));
}

TEST_CASE("SDC601 is silent when something is there, whatever it is") {
  SubjectBuilder builder;
  CHECK(ask("SDC601", builder).passed());
  builder.files.file(kSharedVolume, "x");
  CHECK(ask("SDC601", builder).passed());
  builder.files.link(kSharedVolume, "nowhere");
  CHECK(ask("SDC601", builder).passed());
}

TEST_CASE("SDC601 does not apply to an image without volumes, and is unknown when the files cannot be read") {
  SubjectBuilder builder;
  builder.files.broken("layer 2 is damaged");
  CHECK(ask("SDC601", builder).unknown());
  builder.profile.name = lint::ProfileName::server;
  CHECK(ask("SDC601", builder).not_applicable());
}

}  // namespace sidecarctl::test
