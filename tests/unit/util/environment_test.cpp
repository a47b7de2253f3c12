// SPDX-License-Identifier: Apache-2.0
#include "util/environment.hpp"

#include "support/catch.hpp"
#include "support/fake_environment.hpp"

using namespace sidecarctl;
using sidecarctl::test::environment_of;

TEST_CASE("the cache is where XDG says, else below HOME") {
  CHECK(cache_directory(environment_of({{"HOME", "/h"}, {"XDG_CACHE_HOME", "/c"}})) == "/c/sidecarctl");
  CHECK(cache_directory(environment_of({{"HOME", "/h"}})) == "/h/.cache/sidecarctl");
}

TEST_CASE("a relative folder in a variable is not believed") {
  CHECK(cache_directory(environment_of({{"HOME", "/h"}, {"XDG_CACHE_HOME", "c"}})) == "/h/.cache/sidecarctl");
  const auto home = home_directory(environment_of({{"HOME", "h"}}));
  CHECK((!home || home->is_absolute()));  // That of /etc/passwd.
}
