// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

using sidecarctl::test::ask;
using sidecarctl::test::SubjectBuilder;

TEST_CASE("SDC305 judges the base that the label names") {
  SubjectBuilder builder;
  CHECK(ask("SDC305", builder).not_applicable());
  auto& name = builder.config.labels["org.opencontainers.image.base.name"];
  for (const char* text :
       {"fedora", "fedora:latest", "registry.example:5000/fedora", "docker.io/library/fedora:latest"}) {
    name = text;
    INFO(text);
    CHECK(ask("SDC305", builder).found());
  }
  for (const char* text : {"fedora:41", "registry.example:5000/fedora:41", "fedora:latest@sha256:ab"}) {
    name = text;
    INFO(text);
    CHECK(ask("SDC305", builder).passed());
  }
  name = "scratch";
  CHECK(ask("SDC305", builder).not_applicable());
}
