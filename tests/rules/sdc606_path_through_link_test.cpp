// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC606 shows the links on the way and where they end") {
  SubjectBuilder builder;
  builder.files.remove("/opt").link("/opt", "/data/opt").link("/data", "mnt");
  builder.files.directory("/mnt/opt/palantir/sidecars/shared-volumes/shared", 0755, 5001, 5001);
  const RuleAnswer answer = ask("SDC606", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].message == kSharedVolume +
                                          " runs through /opt -> /data/opt, /data -> mnt and ends at "
                                          "/mnt/opt/palantir/sidecars/shared-volumes/shared");
  CHECK(std::get<lint::LayerFile>(answer.findings[0].where).path == "/opt");
  for (const char* other : {"SDC601", "SDC602", "SDC603", "SDC605"}) CHECK(ask(other, builder).passed());
}

TEST_CASE("SDC606 is silent without a link, and leaves a link in place of the folder to SDC602") {
  SubjectBuilder builder;
  CHECK(ask("SDC606", builder).passed());
  builder.files.link(kSharedVolume, "/home/app");
  CHECK(ask("SDC606", builder).passed());
}

TEST_CASE("SDC606 leaves a missing folder to SDC601, and may be unknown") {
  SubjectBuilder builder;
  builder.files.remove("/opt").link("/opt", "/data/opt");
  CHECK(ask("SDC606", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC606", builder).unknown());
}

}  // namespace sidecarctl::test
