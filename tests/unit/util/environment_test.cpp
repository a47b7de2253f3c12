// SPDX-License-Identifier: Apache-2.0
#include "util/environment.hpp"

#include "support/catch.hpp"

#include <map>

using namespace sidecarctl;

namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  };
}

}  // namespace

TEST_CASE("the cache is where XDG says, else below HOME") {
  CHECK(cache_directory(environment_of({{"HOME", "/h"}, {"XDG_CACHE_HOME", "/c"}})) == "/c/sidecarctl");
  CHECK(cache_directory(environment_of({{"HOME", "/h"}})) == "/h/.cache/sidecarctl");
}

TEST_CASE("a relative folder in a variable is not believed") {
  CHECK(cache_directory(environment_of({{"HOME", "/h"}, {"XDG_CACHE_HOME", "c"}})) == "/h/.cache/sidecarctl");
  const auto home = home_directory(environment_of({{"HOME", "h"}}));
  CHECK((!home || home->is_absolute()));  // That of /etc/passwd.
}
