// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC108 says what is wrong with HOME") {
  struct Case {
    std::string home, problem;
  };
  const auto row = GENERATE(values<Case>({
      {"/nowhere", "does not exist"},
      {"/bin/sh", "is not a folder"},
      {"home", "is not an absolute path"},
      {"/usr", "is not writable for the user: it belongs to 0:0 with mode 0755"},
      {"/closed/home", "is behind /closed, which the user cannot enter"},
  }));
  SubjectBuilder builder;
  builder.files.directory("/closed", 0700).directory("/closed/home", 0755, 5001, 5001);
  builder.config.env = {"HOME=" + row.home};
  CHECK(ask("SDC108", builder).findings.at(0).message == "HOME '" + row.home + "' (ENV) " + row.problem);
}

TEST_CASE("SDC108 takes the home of /etc/passwd when there is no HOME") {
  SubjectBuilder builder;
  builder.config.env = {"HOME="};
  CHECK(ask("SDC108", builder).passed());
  builder.files.file("/etc/passwd", "app:x:5001:5001::/root:\n");
  CHECK(ask("SDC108", builder).findings.at(0).message == "HOME '/root' (/etc/passwd) does not exist");
}

TEST_CASE("SDC108 is silent for a home of the user's own") {
  SubjectBuilder builder;
  CHECK(ask("SDC108", builder).passed());
}

TEST_CASE("SDC108 leaves root and users without entry to other rules, and may be unknown") {
  SubjectBuilder builder;
  builder.config.env.clear();
  for (const char* user : {"", "0", "nosuch", "1234"}) {
    builder.config.user = user;
    CHECK(ask("SDC108", builder).not_applicable());
  }
  builder.files.broken("damaged");
  CHECK(ask("SDC108", builder).unknown());
}

}  // namespace sidecarctl::test
