// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

namespace {
lint::Severity severity_of(const RuleAnswer& answer) {
  return answer.findings.at(0).severity.value_or(lint::Severity::warning);
}
}  // namespace

TEST_CASE("SDC105 finds groups that make the start fail") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("5001:nosuch", "5001:a:b", "5001:-1", "5001:2147483648", "5001: ");
  const RuleAnswer answer = ask("SDC105", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(severity_of(answer) == lint::Severity::error);
  CHECK(answer.findings[0].fix == "USER 5001");
}

TEST_CASE("SDC105 warns of group 0 and of an empty group") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("5001:0", "5001:root", "5001:");
  CHECK(severity_of(ask("SDC105", builder)) == lint::Severity::warning);
}

TEST_CASE("SDC105 says which groups Docker drops") {
  SubjectBuilder builder;
  builder.files.file("/etc/group", "audio:x:29:app\napp:x:5001:app\n");
  builder.config.user = "5001:5001";
  const RuleAnswer answer = ask("SDC105", builder);
  CHECK(severity_of(answer) == lint::Severity::info);
  CHECK_THAT(answer.findings[0].message, Catch::EndsWith("audio (29)"));
}

TEST_CASE("SDC105 is silent for a good group and for none") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("5001", "5001:5001", "5001:app", "5001:1234", "");
  CHECK(ask("SDC105", builder).passed());
}

TEST_CASE("SDC105 leaves root and users that cannot exist to other rules") {
  SubjectBuilder builder;
  builder.config.user =
      GENERATE("0:nosuch", "root:nosuch", ":nosuch", "nosuch:nosuch", "-1:0", "app:nosuch", "05001:x:y");
  CHECK(ask("SDC105", builder).not_applicable());
}

TEST_CASE("SDC105 is unknown when the files cannot be read") {
  SubjectBuilder builder;
  builder.config.user = "5001:app";
  builder.files.broken("damaged");
  CHECK(ask("SDC105", builder).unknown());
}

}  // namespace sidecarctl::test
