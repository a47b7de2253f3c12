// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC608 finds each flag as an error and other content as one warning") {
  SubjectBuilder builder;
  for (const char* name : {"start_flag", "done_flag", "close_flag", "logfile", ".keep"})
    builder.files.file(kSharedVolume + "/" + name, "");
  const RuleAnswer answer = ask("SDC608", builder);
  REQUIRE(answer.findings.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) CHECK(answer.findings[i].severity == lint::Severity::error);
  CHECK_FALSE(answer.findings[3].severity);
  CHECK(answer.findings[3].message == kSharedVolume + " has content in the image: .keep, logfile");
  CHECK(std::get<lint::LayerFile>(answer.findings[2].where).path == kSharedVolume + "/start_flag");
}

TEST_CASE("SDC608 shows the first names of many") {
  SubjectBuilder builder;
  for (int i = 0; i < 9; ++i) builder.files.file(kSharedVolume + "/f" + std::to_string(i), "");
  CHECK_THAT(ask("SDC608", builder).findings.at(0).message, Catch::EndsWith("f0, f1, f2, f3, f4, 4 more"));
}

TEST_CASE("SDC608 looks where a link leads") {
  SubjectBuilder builder;
  builder.files.link(kSharedVolume, "/home/app").file("/home/app/start_flag", "");
  CHECK(ask("SDC608", builder).found());
}

TEST_CASE("SDC608 looks whoever runs") {
  SubjectBuilder builder;
  builder.files.file(kSharedVolume + "/start_flag", "");
  builder.config.user = GENERATE("", "0", "nosuch");
  CHECK(ask("SDC608", builder).found());
}

TEST_CASE("SDC608 is silent for an empty folder, does not apply to none, and may be unknown") {
  SubjectBuilder builder;
  CHECK(ask("SDC608", builder).passed());
  builder.files.remove(kSharedVolume);
  CHECK(ask("SDC608", builder).not_applicable());
  builder.files.broken("damaged");
  CHECK(ask("SDC608", builder).unknown());
}

}  // namespace sidecarctl::test
