// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC603 finds a folder of root") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, 0755);
  const RuleAnswer answer = ask("SDC603", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].message ==
        "user 5001 (groups 5001) cannot write to " + kSharedVolume + ": it belongs to 0:0 with mode 0755");
  CHECK(answer.findings[0].fix == "RUN chown 5001:5001 " + kSharedVolume);
}

TEST_CASE("SDC603 decides as the kernel does: the first class that matches") {
  struct Case {
    std::uint32_t mode;
    std::uint64_t uid, gid;
    std::string user;
    bool writable;
  };
  const auto row = GENERATE(values<Case>({
      {0755, 5001, 0, "5001", true},
      {0555, 5001, 5001, "5001", false},
      {0577, 5001, 5001, "5001", false},  // The owner class decides, though others may.
      {0300, 5001, 5001, "5001", true},
      {0600, 5001, 5001, "5001", false},  // w without x is of no use.
      {02775, 0, 5001, "5001:5001", true},
      {02775, 0, 5001, "5001", true},   // The group of /etc/passwd.
      {02775, 0, 5001, "1234", false},  // No entry: group 0.
      {0775, 0, 0, "1234", true},       // Group 0 without an entry.
      {0775, 0, 0, "1234:1234", false},
      {0757, 0, 0, "1234", false},  // The group class decides.
      {0777, 0, 0, "1234:1234", true},
      {0775, 0, 29, "5001", true},        // A group of /etc/group,
      {0775, 0, 29, "5001:5001", false},  // which Docker drops with an explicit group.
  }));
  INFO(std::oct << row.mode << " USER " << row.user);
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, row.mode, row.uid, row.gid);
  builder.files.file("/etc/group", "audio:x:29:app\n");
  builder.config.user = row.user;
  CHECK(ask("SDC603", builder).found() != row.writable);
}

TEST_CASE("SDC603 says that the owner's own bits are missing") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, 0555, 5001, 5001);
  CHECK(ask("SDC603", builder).findings.at(0).fix == "RUN chmod u+rwx " + kSharedVolume);
}

TEST_CASE("SDC603 does not apply where another rule has the answer") {
  SubjectBuilder builder;
  builder.files.directory(kSharedVolume, 0755);
  SECTION("missing") {
    builder.files.remove(kSharedVolume);
  }
  SECTION("a file") {
    builder.files.file(kSharedVolume, "x");
  }
  SECTION("behind a closed parent") {
    builder.files.node("/opt").mode = 0700;
  }
  SECTION("root") {
    builder.config.user = "0";
  }
  SECTION("no user") {
    builder.config.user = "";
  }
  SECTION("a user that cannot exist") {
    builder.config.user = GENERATE("nosuch", "-1", "5001:nosuch", "5001:1:2");
  }
  SECTION("no volumes") {
    builder.volumes.clear();
  }
  CHECK(ask("SDC603", builder).not_applicable());
}

TEST_CASE("SDC603 is silent for the user's own folder, and may be unknown") {
  SubjectBuilder builder;
  CHECK(ask("SDC603", builder).passed());
  builder.files.broken("damaged");
  CHECK(ask("SDC603", builder).unknown());
}

}  // namespace sidecarctl::test
