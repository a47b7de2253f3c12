// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

namespace {
const std::string kVolume = "/opt/palantir/sidecars/shared-volumes/shared";
}

namespace {
/// user::rwx user:5001:rwx group::r-x mask::rwx other::r-x, as system.posix_acl_access stores it.
std::string acl_for_5001() {
  const std::string own("\x01\0\x07\0\xff\xff\xff\xff", 8), user("\x02\0\x07\0\x89\x13\0\0", 8);
  const std::string group("\x04\0\x05\0\xff\xff\xff\xff", 8), mask("\x10\0\x07\0\xff\xff\xff\xff", 8);
  const std::string other("\x20\0\x05\0\xff\xff\xff\xff", 8);
  return std::string("\x02\0\0\0", 4) + own + user + group + mask + other;
}
}  // namespace

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
  builder.files.directory(kVolume, row.mode, 0, row.gid);
  builder.config.user = row.user;
  CHECK_THAT(ask("SDC604", builder).findings.at(0).message, Catch::Contains(row.by));
  CHECK(ask("SDC603", builder).passed());
}

TEST_CASE("SDC604 sees an ACL that alone lets the user write") {
  SubjectBuilder builder;
  builder.files.directory(kVolume, 0775, 0, 0);
  builder.files.node(kVolume).access_acl = acl_for_5001();
  CHECK_THAT(ask("SDC604", builder).findings.at(0).message, Catch::Contains("only by an ACL"));
  builder.config.user = "6001:6001";
  CHECK(ask("SDC604", builder).not_applicable());
  CHECK(ask("SDC603", builder).found());
}

TEST_CASE("SDC604 is silent for the user's own folder, whatever else may write") {
  SubjectBuilder builder;
  builder.files.directory(kVolume, GENERATE(0755U, 0777U, 0700U), 5001, 0);
  CHECK(ask("SDC604", builder).passed());
}

TEST_CASE("SDC604 does not apply where another rule has the answer, and may be unknown") {
  SubjectBuilder builder;
  builder.files.directory(kVolume, 0777, 1000, 1000);
  CHECK(ask("SDC604", builder).not_applicable());  // SDC611.
  builder.files.directory(kVolume, 0755);
  CHECK(ask("SDC604", builder).not_applicable());  // SDC603.
  builder.config.user = "0";
  CHECK(ask("SDC604", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC604", builder).unknown());
}

}  // namespace sidecarctl::test
