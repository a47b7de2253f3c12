// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>

namespace sidecarctl::test {

TEST_CASE("a program below a shared volume is an error") {
  SubjectBuilder builder;
  builder.files.file("/opt/palantir/sidecars/shared-volumes/shared/run", elf_file(), 0755);
  builder.config.entrypoint = {"/opt/palantir/sidecars/shared-volumes/shared/run"};
  CHECK(ask("SDC714", builder).findings.at(0).severity == lint::Severity::error);
}

TEST_CASE("a program below /tmp, /dev/shm or a VOLUME is a warning") {
  for (const std::string path : {"/tmp/run", "/dev/shm/run", "/data/bin/run"}) {
    SubjectBuilder builder;
    builder.config.volumes = {"/data/"};
    builder.files.file(path, elf_file(), 0755);
    builder.config.entrypoint = {path};
    INFO(path);
    CHECK(ask("SDC714", builder).findings.at(0).severity == lint::Severity::warning);
  }
}

TEST_CASE("a link out of a mount and a link into one are both found") {
  SubjectBuilder builder;
  builder.files.link("/tmp/run", "/usr/bin/entrypoint").file("/tmp/real", elf_file(), 0755).link("/run", "/tmp/real");
  builder.config.entrypoint = {"/tmp/run"};
  CHECK(ask("SDC714", builder).found());
  builder.config.entrypoint = {"/run"};
  CHECK(ask("SDC714", builder).found());
}

TEST_CASE("a program elsewhere passes, also where the name only begins alike") {
  SubjectBuilder builder;
  builder.config.volumes = {"/usr/bin/entry", "relative"};
  CHECK(ask("SDC714", builder).passed());
  builder.files.file("/tmpfiles/run", elf_file(), 0755);
  builder.config.entrypoint = {"/tmpfiles/run"};
  CHECK(ask("SDC714", builder).passed());
}

TEST_CASE("a program that is not there lies nowhere") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/tmp/none"};
  CHECK(ask("SDC714", builder).not_applicable());
}

}  // namespace sidecarctl::test
