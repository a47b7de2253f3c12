// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>

namespace sidecarctl::test {

TEST_CASE("a text without a first line that names an interpreter is found") {
  for (const std::string content : {"", "echo hello\n", " #!/bin/sh\n",
                                    "\xef\xbb\xbf"
                                    "echo\n"}) {
    SubjectBuilder builder;
    builder.files.file("/usr/bin/entrypoint", content, 0755);
    INFO(content);
    const RuleAnswer answer = ask("SDC708", builder);
    REQUIRE(answer.found());
    CHECK_FALSE(answer.findings[0].severity);
    CHECK(ask("SDC704", builder).passed());
    CHECK(ask("SDC707", builder).not_applicable());
    builder.config.entrypoint = {"/bin/sh", "-c", "entrypoint"};
    CHECK(ask("SDC708", builder).findings.at(0).severity == lint::Severity::info);
  }
}

TEST_CASE("scripts and programs pass") {
  SubjectBuilder builder;
  CHECK(ask("SDC708", builder).passed());
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\n", 0755);
  CHECK(ask("SDC708", builder).passed());
}

TEST_CASE("what is not there or no file is another rule's finding") {
  SubjectBuilder builder;
  builder.config.entrypoint = {"/usr/bin"};
  CHECK(ask("SDC708", builder).not_applicable());
  builder.config.entrypoint = {"/none"};
  CHECK(ask("SDC708", builder).not_applicable());
}

}  // namespace sidecarctl::test
