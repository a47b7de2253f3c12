// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("file capabilities, setuid and setgid are found") {
  SubjectBuilder builder;
  builder.files.node("/usr/bin/entrypoint").has_capability = true;
  CHECK_THAT(ask("SDC713", builder).findings.at(0).message, Catch::Contains("file capabilities"));
  CHECK_THAT(ask("SDC713", builder).findings.at(0).fix, Catch::Contains("setcap -r /usr/bin/entrypoint"));
  builder.files.node("/usr/bin/entrypoint").has_capability = false;
  builder.files.node("/usr/bin/entrypoint").mode = 04755;
  CHECK_THAT(ask("SDC713", builder).findings.at(0).message, Catch::Contains("setuid"));
  builder.files.node("/usr/bin/entrypoint").mode = 02755;
  CHECK_THAT(ask("SDC713", builder).findings.at(0).message, Catch::Contains("setgid"));
}

TEST_CASE("an interpreter with capabilities is found, the bits of a script are not: Linux ignores them") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/usr/bin/python3\n", 04755).file("/usr/bin/python3", elf_file(), 0755);
  CHECK(ask("SDC713", builder).passed());
  builder.files.node("/usr/bin/python3").has_capability = true;
  CHECK_THAT(ask("SDC713", builder).findings.at(0).message, Catch::Contains("/usr/bin/python3"));
}

TEST_CASE("a plain program passes and one that is not there is another rule's") {
  SubjectBuilder builder;
  CHECK(ask("SDC713", builder).passed());
  builder.config.entrypoint = {"/none"};
  CHECK(ask("SDC713", builder).not_applicable());
}

}  // namespace sidecarctl::test
