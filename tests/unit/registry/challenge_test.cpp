// SPDX-License-Identifier: Apache-2.0
#include "registry/challenge.hpp"

#include "support/catch.hpp"

using namespace sidecarctl;

TEST_CASE("the challenge of a token server") {
  const auto found = parse_challenges(
      {R"(Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push")"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].scheme == "bearer");
  CHECK(found[0].parameter("realm") == "https://auth.example/token");
  CHECK(found[0].parameter("service") == "registry.example");
  CHECK(found[0].parameter("scope") == "repository:a/b:pull,push");
  CHECK_FALSE(found[0].parameter("error"));
}

TEST_CASE("several challenges, in one header and in several") {
  const auto found =
      parse_challenges({R"(Negotiate, NTLM YWJj==, Basic realm="a, b" , BEARER Realm = "x",service=y)", "Basic"});
  REQUIRE(found.size() == 5);
  CHECK(found[0].scheme == "negotiate");
  CHECK(found[1].token68 == "YWJj==");
  CHECK(found[2].parameter("realm") == "a, b");
  CHECK(found[3].scheme == "bearer");
  CHECK(found[3].parameter("realm") == "x");
  CHECK(found[3].parameter("service") == "y");
  CHECK(found[4].scheme == "basic");
}

TEST_CASE("quoted pairs, missing quotes, junk") {
  struct Row {
    const char *text, *realm;
  };
  const Row rows[] = {{R"(Bearer realm="a\"b\\c")", R"(a"b\c)"},
                      {R"(Bearer realm=https://auth.example/token?x=1)", "https://auth.example/token?x=1"},
                      {R"(Bearer realm="never closed)", "never closed"},
                      {R"(Bearer realm="trailing\)", R"(trailing\)"},
                      {R"(,, ;; Bearer realm="x")", "x"},
                      {R"(Bearer ,,realm="x",,)", "x"},
                      {R"(Bearer realm="first", realm="second")", "first"},
                      {"Bearer realm=\"\"", ""}};
  for (const Row& row : rows) {
    INFO(row.text);
    const auto found = parse_challenges({row.text});
    REQUIRE(found.size() == 1);
    CHECK(found[0].parameter("realm") == row.realm);
  }
  CHECK(parse_challenges({"", " ", ",", "\"", "=", "\xff\xfe"}).empty());
}

TEST_CASE("challenges and parameters beyond the limits are ignored") {
  std::string many;
  for (std::size_t i = 0; i < kMaxChallenges + 1; ++i) many += "Basic realm=x, ";
  CHECK(parse_challenges({many}).size() == kMaxChallenges);
  std::string wide = "Bearer ";
  for (std::size_t i = 0; i < kMaxChallengeParameters + 1; ++i) wide += "a=b, ";
  REQUIRE(parse_challenges({wide}).size() == 1);
  CHECK(parse_challenges({wide})[0].parameters.size() == kMaxChallengeParameters);
}
