// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

TEST_CASE("SDC101 finds an image without USER") {
  SubjectBuilder builder;
  builder.config.user = "";
  const RuleAnswer answer = ask("SDC101", builder);
  REQUIRE(answer.findings.size() == 1);
  CHECK(answer.findings[0].fix == "USER 5001");
  CHECK(answer.findings[0].message ==
        "the image sets no USER, so the container would run as root; no step in its history sets one");
}

TEST_CASE("SDC101 tells from the history that a later step cleared the user") {
  struct Case {
    std::string created_by, end;
  };
  const auto row = GENERATE(values<Case>({
      {"USER 5001", "; its history has USER '5001', so a later step cleared it"},
      {"/bin/sh -c #(nop)  USER 5001", "; its history has USER '5001', so a later step cleared it"},
      {"/bin/sh -c #(nop) USER 5001:5001", "; its history has USER '5001:5001', so a later step cleared it"},
      {"USER ", "; the last USER in its history is empty, as from a build argument without a value"},
      {"RUN echo USER 5001", "; no step in its history sets one"},
  }));
  INFO(row.created_by);
  SubjectBuilder builder;
  builder.config.user = "";
  builder.config.history = {HistoryEntry{"FROM scratch", "", true}, HistoryEntry{row.created_by, "", true},
                            HistoryEntry{"CMD [\"sh\"]", "", true}};
  CHECK_THAT(ask("SDC101", builder).findings.at(0).message, Catch::EndsWith(row.end));
}

TEST_CASE("SDC101 claims nothing about a history that is not there") {
  SubjectBuilder builder;
  builder.config.user = "";
  builder.config.history.clear();
  CHECK(ask("SDC101", builder).findings.at(0).message == "the image sets no USER, so the container would run as root");
}

TEST_CASE("SDC101 is silent for any user, and reads no file") {
  SubjectBuilder builder;
  builder.files.broken("damaged");
  builder.config.user = GENERATE("5001", "root", "0", ":5001");
  CHECK(ask("SDC101", builder).passed());
}

}  // namespace sidecarctl::test
