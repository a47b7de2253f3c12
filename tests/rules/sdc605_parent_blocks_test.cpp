// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC605 names the first parent that the user cannot enter") {
  SubjectBuilder builder;
  builder.files.node("/opt/palantir").mode = 0700;
  builder.files.node("/opt/palantir/sidecars").mode = 0700;
  const RuleAnswer answer = ask("SDC605", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].message == "user 5001 cannot enter /opt/palantir, so " + kSharedVolume +
                                          " is out of reach: it belongs to 0:0 with mode 0700");
  CHECK(answer.findings[0].fix == "RUN chmod a+x /opt/palantir");
  CHECK(std::get<lint::LayerFile>(answer.findings[0].where).path == "/opt/palantir");
}

TEST_CASE("SDC605 looks at the parents of where a link leads, too") {
  SubjectBuilder builder;
  builder.files.remove("/opt").link("/opt", "/root/opt");
  builder.files.directory("/root", 0700)
      .directory("/root/opt/palantir/sidecars/shared-volumes/shared", 0755, 5001, 5001);
  CHECK_THAT(ask("SDC605", builder).findings.at(0).message, Catch::StartsWith("user 5001 cannot enter /root,"));
}

TEST_CASE("SDC605 is silent when x is there without r") {
  SubjectBuilder builder;
  builder.files.node("/opt").mode = 0711;
  CHECK(ask("SDC605", builder).passed());
  builder.files.directory(kSharedVolume, 0700);
  CHECK(ask("SDC605", builder).passed());  // The folder itself is SDC603's.
}

TEST_CASE("SDC605 speaks before SDC603, and not for a missing folder, root or a user that cannot exist") {
  SubjectBuilder builder;
  builder.files.node("/opt").mode = 0700;
  builder.files.directory(kSharedVolume, 0755);
  CHECK(ask("SDC605", builder).found());
  CHECK(ask("SDC603", builder).not_applicable());
  for (const char* user : {"", "0", "nosuch"}) {
    builder.config.user = user;
    CHECK(ask("SDC605", builder).not_applicable());
  }
  builder.config.user = "5001";
  builder.files.remove(kSharedVolume);
  CHECK(ask("SDC605", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC605", builder).unknown());
}

}  // namespace sidecarctl::test
