// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC602 finds what is no folder") {
  SubjectBuilder builder;
  SECTION("a file") {
    builder.files.file(kSharedVolume, "x");
    CHECK(ask("SDC602", builder).findings.at(0).message == kSharedVolume + " is a file, not a folder");
  }
  SECTION("a device") {
    builder.files.node(kSharedVolume).type = FileType::block_device;
    CHECK(ask("SDC602", builder).findings.at(0).message == kSharedVolume + " is a device, not a folder");
  }
  SECTION("a link to nothing") {
    builder.files.link(kSharedVolume, "/data");
    CHECK(ask("SDC602", builder).findings.at(0).message ==
          kSharedVolume + " is a link to nothing (" + kSharedVolume + " -> /data), not a folder");
  }
  SECTION("a loop") {
    builder.files.link(kSharedVolume, "shared");
    CHECK_THAT(ask("SDC602", builder).findings.at(0).message, Catch::Contains("a loop of links"));
  }
  SECTION("a link to a file") {
    builder.files.link(kSharedVolume, "/etc/passwd");
    CHECK_THAT(ask("SDC602", builder).findings.at(0).message, Catch::Contains("a link to a file"));
  }
  CHECK(ask("SDC602", builder).findings.at(0).severity == lint::Severity::error);
}

TEST_CASE("SDC602 warns of a link to a folder, with where it ends") {
  SubjectBuilder builder;
  builder.files.link(kSharedVolume, "../../../../home/app");
  const RuleAnswer answer = ask("SDC602", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].severity == lint::Severity::warning);
  CHECK_THAT(answer.findings[0].message, Catch::Contains("-> ../../../../home/app"));
}

TEST_CASE("SDC602 is silent for a folder, also for one behind a link") {
  SubjectBuilder builder;
  CHECK(ask("SDC602", builder).passed());
  builder.files.remove("/opt").link("/opt", "/data");
  builder.files.directory("/data/palantir/sidecars/shared-volumes/shared", 0755, 5001, 5001);
  CHECK(ask("SDC602", builder).passed());
}

TEST_CASE("SDC602 leaves a missing folder to SDC601, and may be unknown") {
  SubjectBuilder builder;
  builder.files.remove(kSharedVolume);
  CHECK(ask("SDC602", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC602", builder).unknown());
}

}  // namespace sidecarctl::test
