// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"
#include "support/tar_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC604 says by what the user may write") {
  struct Case {
    std::uint32_t mode;
    std::uint64_t gid;
    std::string user, by;
  };
  const auto row = GENERATE(values<Case>({
      {02775, 5001, "5001:5001", "only as a member of group 5001"},
      {02775, 5001, "5001", "only as a member of group 5001"},
      {0775, 0, "1234", "only as a member of group 0"},
      {0777, 0, "5001", "only because everybody may"},
      {01777, 0, "5001", "only because everybody may"},
  }));
  INFO(std::oct << row.mode << " USER " << row.user);
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, row.mode, 0, row.gid);
  builder.config.user = row.user;
  CHECK_THAT(ask("SDC604", builder).findings.at(0).message, Catch::Contains(row.by));
  CHECK(ask("SDC603", builder).passed());
}

TEST_CASE("SDC604 sees an ACL that alone lets the user write") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, 0775, 0, 0);
  builder.files.node(kSharedVolume).access_acl = acl_for_user(5001, 7);
  CHECK_THAT(ask("SDC604", builder).findings.at(0).message, Catch::Contains("only by an ACL"));
  builder.config.user = "6001:6001";
  CHECK(ask("SDC604", builder).not_applicable());
  CHECK(ask("SDC603", builder).found());
}

TEST_CASE("SDC604 is silent for the user's own folder, whatever else may write") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, GENERATE(0755U, 0777U, 0700U), 5001, 0);
  CHECK(ask("SDC604", builder).passed());
}

TEST_CASE("SDC604 does not apply where another rule has the answer, and may be unknown") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, 0777, 1000, 1000);
  CHECK(ask("SDC604", builder).not_applicable());  // SDC611.
  builder.files.directory(kSharedVolume, 0755);
  CHECK(ask("SDC604", builder).not_applicable());  // SDC603.
  builder.config.user = "0";
  CHECK(ask("SDC604", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC604", builder).unknown());
}

}  // namespace sidecarctl::test
