// SPDX-License-Identifier: Apache-2.0
#include "lint/subject.hpp"

#include "support/catch.hpp"
#include "support/subject_builder.hpp"
#include "util/error.hpp"

namespace sidecarctl::test {

TEST_CASE("facts are computed once") {
  SubjectBuilder builder;
  const lint::Subject subject = builder.build();
  const lint::UserFacts& user = subject.user();
  CHECK(user.identity.uid == 5001);
  builder.files.broken("layer 0 is damaged");  // Nobody asks again.
  CHECK(&subject.user() == &user);
}

TEST_CASE("a fact that could not be computed fails again with the same error") {
  SubjectBuilder builder;
  builder.config.user = "app";  // Must be looked up.
  builder.files.broken("layer 0 is damaged");
  const lint::Subject subject = builder.build();
  for (int i = 0; i < 2; ++i) CHECK_THROWS_WITH(subject.user(), "layer 0 is damaged");
  builder.files.broken("");
  CHECK_THROWS_WITH(subject.user(), "layer 0 is damaged");
  CHECK_THROWS_WITH(subject.volume_facts(), "layer 0 is damaged");
}

TEST_CASE("there is one fact for each volume that is asked for") {
  SubjectBuilder builder;
  builder.volumes = {"shared", "other"};
  const lint::Subject subject = builder.build();
  REQUIRE(subject.volume_facts().size() == 2);
  CHECK(subject.volume_facts()[0].name == "shared");
  CHECK(subject.volume_facts()[1].name == "other");
}

TEST_CASE("asking for facts of what is no image is a bug") {
  SubjectBuilder builder;
  builder.has_config = false;
  const lint::Subject subject = builder.build();
  CHECK_THROWS_AS(subject.user(), std::logic_error);
  CHECK_THROWS_AS(subject.start(), std::logic_error);
  CHECK_THROWS_AS(subject.volume_facts(), std::logic_error);
}

TEST_CASE("profiles have names, and some use volumes") {
  using lint::ProfileName;
  const std::pair<ProfileName, bool> table[] = {{ProfileName::flags, true},
                                                {ProfileName::byoc, true},
                                                {ProfileName::server, false},
                                                {ProfileName::generic, false}};
  for (const auto& [name, uses] : table) {
    INFO(to_string(name));
    CHECK(lint::Profile{name, ""}.uses_volumes() == uses);
  }
}

}  // namespace sidecarctl::test
