// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <cstdint>
#include <variant>

namespace sidecarctl::test {

TEST_CASE("a program without x for the user is found") {
  SubjectBuilder builder;
  for (const std::uint32_t mode : {0644U, 0600U, 0744U, 0750U}) {
    builder.files.node("/usr/bin/entrypoint").mode = mode;
    INFO(mode);
    const RuleAnswer answer = ask("SDC703", builder);
    REQUIRE(answer.found());
    CHECK_THAT(answer.findings[0].fix, Catch::Contains("chmod 755 /usr/bin/entrypoint"));
  }
}

TEST_CASE("the first class that fits decides") {
  SubjectBuilder builder;
  FileNode& node = builder.files.node("/usr/bin/entrypoint");
  node.uid = 5001;
  node.mode = 0655;
  CHECK(ask("SDC703", builder).found());
  node.mode = 0700;
  CHECK(ask("SDC703", builder).passed());
  node.uid = 0;
  node.gid = 5001;
  node.mode = 0750;
  CHECK(ask("SDC703", builder).passed());
}

TEST_CASE("a parent that the user may not enter is named") {
  SubjectBuilder builder;
  builder.files.directory("/root", 0700).file("/root/run", elf_file(), 0755).link("/run", "/root/run");
  builder.config.entrypoint = {"/run"};
  const RuleAnswer answer = ask("SDC703", builder);
  REQUIRE(answer.found());
  CHECK_THAT(answer.findings[0].message, Catch::Contains("'/root'"));
}

TEST_CASE("a folder and a device are no programs") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/usr/bin"};
  CHECK_THAT(ask("SDC703", builder).findings.at(0).message, Catch::Contains("folder"));
  builder.files.node("/usr/bin/entrypoint").type = FileType::fifo;
  builder.config.entrypoint = {"/usr/bin/entrypoint"};
  CHECK_THAT(ask("SDC703", builder).findings.at(0).message, Catch::Contains("no regular file"));
}

TEST_CASE("runc stops at the first program with an x bit, a shell goes on to one that the user may execute") {
  SubjectBuilder builder;
  builder.files.file("/usr/local/bin/run", elf_file(), 0700).file("/usr/bin/run", elf_file(), 0755);
  builder.config.entrypoint = {"run"};
  CHECK(ask("SDC703", builder).found());
  builder.config.entrypoint = {"/bin/sh", "-c", "run"};
  CHECK(ask("SDC703", builder).passed());
  builder.files.node("/usr/local/bin/run").mode = 0644;
  builder.config.entrypoint = {"run"};
  CHECK(ask("SDC703", builder).passed());
}

TEST_CASE("root needs one x bit of any class") {
  SubjectBuilder builder;
  builder.config.user = "0";
  builder.files.node("/usr/bin/entrypoint").uid = 7;
  builder.files.node("/usr/bin/entrypoint").mode = 0100;
  CHECK(ask("SDC703", builder).passed());
  builder.files.node("/usr/bin/entrypoint").mode = 0644;
  CHECK(ask("SDC703", builder).found());
}

TEST_CASE("a user that cannot exist may or may not execute: another rule's finding") {
  SubjectBuilder builder;
  builder.config.user = "nobody-knows";
  builder.files.node("/usr/bin/entrypoint").mode = 0644;
  CHECK(ask("SDC703", builder).not_applicable());
  builder.config.entrypoint = {"/usr/bin"};
  CHECK(ask("SDC703", builder).found());
}

TEST_CASE("a hard link of a later layer counts with the mode that its last header gave") {
  SubjectBuilder builder;
  builder.files.file("/app/run", elf_file(), 0755).file("/app/run2", elf_file(), 0755);
  builder.files.node("/app/run").mode = builder.files.node("/app/run2").mode = 0600;
  builder.files.node("/app/run").layer = builder.files.node("/app/run2").layer = 1;
  builder.config.entrypoint = {"/app/run2"};
  const RuleAnswer answer = ask("SDC703", builder);
  REQUIRE(answer.found());
  CHECK(std::get<lint::LayerFile>(answer.findings[0].where).layer == 1);
}

}  // namespace sidecarctl::test
