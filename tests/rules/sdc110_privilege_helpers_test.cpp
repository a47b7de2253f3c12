// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC110 lists what is there, with its privilege") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/sudo", "x", 04755).file("/usr/local/bin/gosu", "x", 0755);
  builder.files.file("/usr/bin/chage", "x", 02755).file("/usr/bin/newgrp", "x", 0755);
  builder.files.node("/usr/bin/newgrp").has_capability = true;
  const RuleAnswer answer = ask("SDC110", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].value == "4");
  CHECK(answer.findings[0].message ==
        "4 programs can change the user or the privileges: /usr/bin/sudo (setuid), /usr/local/bin/gosu, "
        "/usr/bin/newgrp (capabilities), /usr/bin/chage (setgid)");
}

TEST_CASE("SDC110 counts a program once where /bin is a link") {
  SubjectBuilder builder;
  builder.files.remove("/bin");
  builder.files.link("/bin", "usr/bin").file("/usr/bin/su", "x", 04755);
  CHECK(ask("SDC110", builder).findings.at(0).value == "1");
}

TEST_CASE("SDC110 is silent where programs have no privilege, and may be unknown") {
  SubjectBuilder builder;
  builder.files.file("/bin/busybox", "x", 0755).link("/bin/su", "busybox").file("/usr/bin/passwd", "x", 0755);
  CHECK(ask("SDC110", builder).passed());
  builder.files.broken("damaged");
  CHECK(ask("SDC110", builder).unknown());
}

}  // namespace sidecarctl::test
