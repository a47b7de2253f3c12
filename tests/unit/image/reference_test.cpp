// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"

#include <string>

using sidecarctl::ParseError;
using sidecarctl::Reference;

namespace {
const std::string kDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct Case {
  const char* text;
  const char* registry;
  const char* repository;
  const char* tag;
  bool has_host;
};
}  // namespace

TEST_CASE("references are taken apart and normalised as docker does") {
  const Case row = GENERATE(
      Case{"app", "docker.io", "library/app", "", false}, Case{"app:1.0", "docker.io", "library/app", "1.0", false},
      Case{"team/app:1", "docker.io", "team/app", "1", false},
      Case{"docker.io/app", "docker.io", "library/app", "", true},
      Case{"index.docker.io/team/app", "docker.io", "team/app", "", true},
      Case{"localhost/app", "localhost", "app", "", true},
      Case{"localhost:5000/a/b-c__d.e:T_1.x-y", "localhost:5000", "a/b-c__d.e", "T_1.x-y", true},
      Case{"Registry/app", "Registry", "app", "", true}, Case{"127.0.0.1:5000/app", "127.0.0.1:5000", "app", "", true},
      Case{"[::1]:5000/app:1", "[::1]:5000", "app", "1", true}, Case{"[fe80::1]/app", "[fe80::1]", "app", "", true},
      Case{"a.b/c/d/e", "a.b", "c/d/e", "", true});
  INFO(row.text);
  const Reference reference = Reference::parse(row.text);
  CHECK(reference.registry() == row.registry);
  CHECK(reference.repository() == row.repository);
  CHECK(reference.tag().value_or("") == row.tag);
  CHECK(reference.has_explicit_registry() == row.has_host);
  CHECK(Reference::parse(reference.str()) == reference);
}

TEST_CASE("a reference keeps tag and digest both") {
  const Reference reference = Reference::parse("registry.example/app:1@" + kDigest);
  CHECK(reference.tag() == "1");
  REQUIRE(reference.digest());
  CHECK(reference.str() == "registry.example/app:1@" + kDigest);
  CHECK(reference.with_tag("2").str() == "registry.example/app:2");
  CHECK(reference.with_digest(*reference.digest()).str() == "registry.example/app@" + kDigest);
}

TEST_CASE("a faulty reference is refused with the column of the fault") {
  struct Fault {
    std::string text;
    std::size_t offset;
  };
  const Fault row = GENERATE_COPY(
      Fault{"", 0}, Fault{"registry.example/My/app", 17}, Fault{"registry.example/a//b", 19}, Fault{"app:", 4},
      Fault{"app:-x", 4}, Fault{"app:a b", 5}, Fault{"a.b:0/app", 4}, Fault{"a.b:65536/app", 4}, Fault{"a.b:x/app", 4},
      Fault{"[::1/app", 0}, Fault{"[::1]x/app", 5}, Fault{"a.b/-app", 4}, Fault{"a.b/app-", 7}, Fault{"a.b/a___b", 5},
      Fault{"a.b/a..b", 5}, Fault{"a.b/", 4}, Fault{"a.b/app@sha256:12", 15}, Fault{"a.b/app@md5:12", 8},
      Fault{"-x.y/app", 0}, Fault{"x..y/app", 2}, Fault{"a.b/app\x1b[2J", 7}, Fault{"app:" + std::string(129, 'x'), 4},
      Fault{"a.b/" + std::string(252, 'x'), 255});
  INFO(row.text);
  try {
    Reference::parse(row.text);
    FAIL("was accepted");
  } catch (const ParseError& error) {
    CHECK(error.offset() == row.offset);
    CHECK(error.kind() == sidecarctl::ErrorKind::usage);
    CHECK(std::string(error.message()).find('\x1b') == std::string::npos);
  }
}

TEST_CASE("the longest tag and name are accepted") {
  CHECK_NOTHROW(Reference::parse("app:" + std::string(128, 'x')));
  CHECK_NOTHROW(Reference::parse("a.b/" + std::string(251, 'x')));
}

TEST_CASE("an upper-case repository is told its lower-case form") {
  CHECK_THROWS_WITH(Reference::parse("localhost:5000/Team/app"), Catch::Contains("'Team' -> 'team'"));
}
