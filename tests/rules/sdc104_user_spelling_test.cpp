// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC104 finds users that are no plain number, and says what to write") {
  struct Case {
    std::string user, part, fix;
  };
  const auto row = GENERATE(values<Case>({
      {"+5001", "the runtime reads it as 5001", "USER 5001"},
      {"0042", "the runtime reads it as 42", "USER 42"},
      {"4294967296", "outside of 1-2147483647", "USER 5001"},
      {"-7", "outside of 1-2147483647", "USER 5001"},
      {"1234 ", "the runtime looks for a user of that name", "USER 1234"},
      {"1234 # who runs", "a comment behind an instruction is part of its value", "USER 1234"},
      {"0x1389", "the runtime looks for a user of that name", "USER 5001"},
      {"\uff15\uff10", "the runtime looks for a user of that name", "USER 5001"},
      {"99999999999 x", "the runtime looks for a user of that name", "USER 5001"},
  }));
  INFO(row.user);
  SubjectBuilder builder;
  builder.files.broken("not needed");
  builder.config.user = row.user;
  const RuleAnswer answer = ask("SDC104", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK_THAT(answer.findings[0].message, Catch::Contains(row.part));
  CHECK(answer.findings[0].fix == row.fix);
}

TEST_CASE("SDC104 cuts a user that is too long to be shown") {
  SubjectBuilder builder;
  builder.config.user = "1 " + std::string(100000, 'x');
  CHECK(ask("SDC104", builder).findings.at(0).message.size() < 300);
}

TEST_CASE("SDC104 is silent for plain numbers and root") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("5001", "5001:", "2147483647", "0", "00", ":7");
  CHECK(ask("SDC104", builder).passed());
}

TEST_CASE("SDC104 leaves names and no user to other rules") {
  SubjectBuilder builder;
  builder.config.user = GENERATE("", "app", "root");
  CHECK(ask("SDC104", builder).not_applicable());
}

}  // namespace sidecarctl::test
