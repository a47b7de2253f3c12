// SPDX-License-Identifier: Apache-2.0
#include "commands/registry_name.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"

#include <string>
#include <vector>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

TEST_CASE("a registry is named by its host, as people paste it") {
  struct Row {
    std::string text, name;
  };
  const std::vector<Row> rows = {{"registry.example.com", "registry.example.com"},
                                 {"localhost:5000", "localhost:5000"},
                                 {"localhost", "localhost"},
                                 {"[::1]:5000", "[::1]:5000"},
                                 {"https://registry.example.com/", "registry.example.com"},
                                 {"docker.io", "docker.io"},
                                 {"index.docker.io", "docker.io"},
                                 {"https://index.docker.io/v1/", "docker.io"}};
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(registry_name(row.text) == row.name);
  }
}

TEST_CASE("what is no host is refused") {
  for (const std::string text :
       {"", "/", "registry.example.com/team", "nonsense", "a b.example", "host:port", "https://"}) {
    INFO(text);
    try {
      registry_name(text);
      FAIL_CHECK("it was accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
    }
  }
}
