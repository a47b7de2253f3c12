// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

namespace {
const std::string kFolder(lint::kSharedVolumes);
}

TEST_CASE("SDC609 finds another name in the environment, the command, the script and the tree") {
  SubjectBuilder builder;
  SECTION("environment") {
    builder.config.env.push_back("SHARED_DIR=" + kFolder + "/other/in");
  }
  SECTION("command") {
    builder.config.cmd = {"--out=" + kFolder + "/other"};
  }
  SECTION("script") {
    builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\nd=" + kFolder + "/other\ntouch \"$d/done_flag\"\n", 0755);
  }
  SECTION("tree") {
    builder.files.directory(kFolder + "/other");
  }
  const RuleAnswer answer = ask("SDC609", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].value == "other");
  CHECK_THAT(answer.findings[0].message,
             Catch::EndsWith("names the volume 'other', which is none of those asked for: shared"));
}

TEST_CASE("SDC609 shows at most 100 names of a folder") {
  SubjectBuilder builder;
  builder.volumes = {"zzz"};
  builder.files.remove(kFolder);
  for (int i = 0; i < 101; ++i) builder.files.directory(kFolder + "/v" + std::to_string(i));
  CHECK(ask("SDC609", builder).findings.size() == 100);
}

TEST_CASE("SDC609 says each name once") {
  SubjectBuilder builder;
  builder.config.env.push_back("SHARED_DIR=" + kFolder + "/other");
  builder.config.env.push_back("OUT=" + kFolder + "/other/out");
  builder.files.directory(kFolder + "/other");
  CHECK(ask("SDC609", builder).findings.size() == 1);
}

TEST_CASE("SDC609 finds a SHARED_DIR that is no shared volume") {
  SubjectBuilder builder;
  builder.config.env.push_back("SHARED_DIR=" + GENERATE(std::string("/shared"), std::string("shared"), kFolder));
  CHECK_THAT(ask("SDC609", builder).findings.at(0).message, Catch::StartsWith("ENV SHARED_DIR is '"));
}

TEST_CASE("SDC609 does not guess names that are made at run time") {
  SubjectBuilder builder;
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\ncd " + kFolder + "/$NAME; cd " + kFolder + "/v-${ID}\n", 0755);
  CHECK(ask("SDC609", builder).passed());
}

TEST_CASE("SDC609 is silent when all agree") {
  SubjectBuilder builder;
  builder.config.env.push_back("SHARED_DIR=" + kFolder + "/shared");
  builder.files.file("/usr/bin/entrypoint", "#!/bin/sh\nls " + kFolder + "/shared/in\n", 0755);
  CHECK(ask("SDC609", builder).passed());
}

TEST_CASE("SDC609 does not apply without shared volumes, and may be unknown") {
  SubjectBuilder builder;
  builder.files.broken("damaged");
  CHECK(ask("SDC609", builder).unknown());
  builder.volumes.clear();
  CHECK(ask("SDC609", builder).not_applicable());
}

}  // namespace sidecarctl::test
