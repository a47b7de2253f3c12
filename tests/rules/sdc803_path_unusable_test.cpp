// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>

namespace sidecarctl::test {

namespace {

RuleAnswer with_path(SubjectBuilder& builder, const std::string& path) {
  builder.config.env = {"PATH=" + path};
  return ask("SDC803", builder);
}

}  // namespace

TEST_CASE("an empty PATH is a warning, none at all a remark") {
  SubjectBuilder builder;
  CHECK_THAT(with_path(builder, "").findings.at(0).message, Catch::Contains("empty"));
  builder.config.env = {"A=b"};
  CHECK(ask("SDC803", builder).findings.at(0).severity == lint::Severity::info);
}

TEST_CASE("relative, missing and left out folders are found") {
  SubjectBuilder builder;
  CHECK_THAT(with_path(builder, "bin:/usr/bin:/bin").findings.at(0).message, Catch::Contains("'bin'"));
  CHECK_THAT(with_path(builder, "/usr/bin:/bin:").findings.at(0).message, Catch::Contains("'.'"));
  CHECK_THAT(with_path(builder, "/opt/venv/bin:/usr/bin:/bin").findings.at(0).message,
             Catch::Contains("'/opt/venv/bin'"));
  CHECK_THAT(with_path(builder, "/usr/bin").findings.at(0).message, Catch::Contains("leaves out /bin"));
}

TEST_CASE("the usual PATH passes, whether its folders are there or not") {
  SubjectBuilder builder;
  CHECK(ask("SDC803", builder).passed());
  builder.files.remove("/usr/local");
  CHECK(ask("SDC803", builder).passed());
  builder.files.directory("/opt/venv/bin");
  CHECK(with_path(builder, "/opt/venv/bin:/usr/bin:/bin").passed());
}

TEST_CASE("where /bin is a link to /usr/bin, one of the two is enough; an image without /bin needs neither") {
  SubjectBuilder builder;
  builder.files.remove("/bin").link("/bin", "usr/bin");
  CHECK(with_path(builder, "/usr/bin").passed());
  builder.files.remove("/bin");
  CHECK(with_path(builder, "/usr/bin").passed());
}

}  // namespace sidecarctl::test
