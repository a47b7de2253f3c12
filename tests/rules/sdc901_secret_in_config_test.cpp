// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

namespace {
std::string jwt() {
  return "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + std::string(43, 'a');
}
}  // namespace

TEST_CASE("SDC901 finds values that only secrets have, and never shows them") {
  const std::string secret =
      GENERATE_COPY(as<std::string>(), "ghp_" + std::string(36, 'a'), "glpat-" + std::string(20, 'b'),
                    "AKIA" + std::string(16, 'C'), jwt(), "https://user:hunter2hunter2@host/x",
                    "-----BEGIN RSA PRIVATE KEY-----\nMIIE", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nxxxx");
  const int place = GENERATE(0, 1, 2, 3);
  SubjectBuilder builder;
  switch (place) {
    case 0: builder.config.env.push_back("X=" + secret); break;
    case 1: builder.config.labels["x"] = secret; break;
    case 2: builder.config.cmd.push_back(secret); break;
    default: builder.config.history.push_back({"RUN curl " + secret, "", true}); break;
  }
  const auto answer = ask("SDC901", builder);
  INFO(secret);
  REQUIRE(answer.findings.size() == 1);
  CHECK_FALSE(answer.findings[0].severity);
  CHECK(answer.findings[0].message.find(secret) == std::string::npos);
  CHECK(answer.findings[0].message.find("hunter2") == std::string::npos);
  CHECK_FALSE(answer.findings[0].value);
}

TEST_CASE("SDC901 lets certificates, public keys, placeholders and near misses pass") {
  const std::string text =
      GENERATE(as<std::string>(), "-----BEGIN CERTIFICATE-----\nMIIE", "-----BEGIN PUBLIC KEY-----\nMIIE",
               "https://host:8080/x@y", "https://user@host", "https://user:$PASSWORD@host", "https://user:****@host",
               "ghp_short", "xghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "eyJhbGciOi.eyJhbGc", "AKIA");
  INFO(text);
  SubjectBuilder builder;
  builder.config.env.push_back("X=" + text);
  CHECK(ask("SDC901", builder).passed());
}

TEST_CASE("SDC901 is only informed by names") {
  SubjectBuilder builder;
  builder.config.env = {"DB_PASSWORD=abc", "TOKEN_FILE=/run/x", "EMPTY_SECRET=", "MONKEY=1"};
  const auto answer = ask("SDC901", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].severity == sidecarctl::lint::Severity::info);
  CHECK(answer.findings[0].message == "the variable 'DB_PASSWORD' is named like a secret and has a value");
}
