// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>
#include <utility>

namespace sidecarctl::test {

namespace {

SubjectBuilder with_script(const std::string& content) {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", content, 0755);
  return builder;
}

}  // namespace

TEST_CASE("a first line that Linux cannot use is found") {
  const std::pair<std::string, std::string> table[] = {{"#!/bin/sh\r\necho\r\n", "CR LF"},
                                                       {"#!/bin/sh -e\r\necho\r\n", "CR LF"},
                                                       {"#!/usr/bin/env python3\r\n", "CR LF"},
                                                       {"\xef\xbb\xbf#!/bin/sh\n", "byte order mark"},
                                                       {"#!/" + std::string(253, 'x') + "\n", "255 bytes"},
                                                       {"#!\necho\n", "no interpreter"},
                                                       {"#!   \n", "no interpreter"}};
  for (const auto& [content, text] : table) {
    SubjectBuilder builder = with_script(content);
    INFO(content);
    const RuleAnswer answer = ask("SDC707", builder);
    REQUIRE(answer.found());
    CHECK_THAT(answer.findings[0].message, Catch::Contains(text));
    CHECK_FALSE(answer.findings[0].severity);
    CHECK(ask("SDC706", builder).not_applicable());
    CHECK(ask("SDC712", builder).findings.empty());
    CHECK(ask("SDC708", builder).passed());
  }
}

TEST_CASE("a line of 255 bytes, a short one without newline and blanks around it work") {
  for (const std::string& content :
       {"#!/" + std::string(252, 'x') + "\n", std::string("#!/bin/sh"), std::string("#! \t/bin/sh -e \t\n")}) {
    SubjectBuilder builder = with_script(content);
    INFO(content);
    CHECK(ask("SDC707", builder).passed());
  }
}

TEST_CASE("a shell runs a script that Linux refuses, but not one whose interpreter has a CR") {
  for (const std::string content : {"\xef\xbb\xbf#!/bin/sh\n", "#!\n"}) {
    SubjectBuilder builder = with_script(content);
    builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint"};
    CHECK(ask("SDC707", builder).findings.at(0).severity == lint::Severity::warning);
  }
  SubjectBuilder builder = with_script("#!/bin/sh\r\n");
  builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint"};
  CHECK_FALSE(ask("SDC707", builder).findings.at(0).severity);
}

TEST_CASE("an argument that Linux cuts is a warning") {
  SubjectBuilder builder = with_script("#!/bin/sh " + std::string(300, 'x') + "\n");
  CHECK(ask("SDC707", builder).findings.at(0).severity == lint::Severity::warning);
}

TEST_CASE("an interpreter that is a script with a wrong first line is found") {
  SubjectBuilder builder = with_script("#!/opt/run\n");
  builder.files.file("/opt/run", "#!/bin/sh\r\n", 0755);
  CHECK_THAT(ask("SDC707", builder).findings.at(0).message, Catch::Contains("'/opt/run'"));
}

TEST_CASE("a program that is no script has no first line") {
  SubjectBuilder builder;
  CHECK(ask("SDC707", builder).not_applicable());
}

}  // namespace sidecarctl::test
