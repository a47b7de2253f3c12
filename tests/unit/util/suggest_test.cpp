// SPDX-License-Identifier: Apache-2.0
#include "util/suggest.hpp"

#include "support/catch.hpp"

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

TEST_CASE("the nearest word is the one that was meant") {
  const std::vector<std::string> words{"lint", "init", "inspect", "push", "version", "SDC101"};
  CHECK(nearest("lnt", words) == "lint");
  CHECK(nearest("psuh", words) == "push");
  CHECK(nearest("sdc110", words) == "SDC101");
  CHECK_FALSE(nearest("frobnicate", words));
  CHECK_FALSE(nearest("", words));
  CHECK_FALSE(nearest(std::string(100000, 'x'), words));
  CHECK(did_you_mean("Inspekt", words) == "; did you mean 'inspect'?");
  CHECK(did_you_mean("zzz", words).empty());
}

TEST_CASE("a swap of neighbours is one edit") {
  CHECK(edit_distance("ab", "ba") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
}
