// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>

namespace sidecarctl::test {

TEST_CASE("an entry without a name is an error, one without '=' a warning") {
  for (const std::string entry : {"NAME", "=value", ""}) {
    SubjectBuilder builder;
    builder.config.env.push_back(entry);
    INFO(entry);
    CHECK(ask("SDC804", builder).findings.at(0).severity ==
          (entry == "=value" ? lint::Severity::error : lint::Severity::warning));
  }
}

TEST_CASE("a variable that is there twice is told once, without its value") {
  SubjectBuilder builder;
  builder.config.env = {"PATH=/bin", "TOKEN=secret1", "TOKEN=secret2", "TOKEN=secret3"};
  const RuleAnswer answer = ask("SDC804", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK_THAT(answer.findings[0].message, Catch::Contains("'TOKEN'") && !Catch::Contains("secret"));
}

TEST_CASE("LD_PRELOAD of a missing file is a warning") {
  SubjectBuilder builder;
  builder.config.env.emplace_back("LD_PRELOAD=libm.so /usr/bin/tee:/usr/lib/libgone.so");
  const RuleAnswer answer = ask("SDC804", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].severity == lint::Severity::warning);
  CHECK_THAT(answer.findings[0].message, Catch::Contains("/usr/lib/libgone.so"));
}

TEST_CASE("a plain environment passes") {
  SubjectBuilder builder;
  CHECK(ask("SDC804", builder).passed());
  builder.config.env.emplace_back("EMPTY=");
  builder.config.env.emplace_back("ODD NAME=x=y");
  CHECK(ask("SDC804", builder).passed());
}

TEST_CASE("what cannot be read is unknown only where a file is asked for") {
  SubjectBuilder builder;
  builder.files.broken("damaged");
  CHECK(ask("SDC804", builder).passed());
  builder.config.env.emplace_back("LD_PRELOAD=/usr/lib/x.so");
  CHECK(ask("SDC804", builder).unknown());
}

}  // namespace sidecarctl::test
