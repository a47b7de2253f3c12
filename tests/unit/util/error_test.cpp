// SPDX-License-Identifier: Apache-2.0
#include "util/error.hpp"

#include "support/catch.hpp"

#include <stdexcept>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

TEST_CASE("context is added on the way up, innermost first, to the same error") {
  try {
    with_context([] { return std::string("while pushing app:1.0"); },
                 [] {
                   with_context([] { return std::string("while uploading layer 3 of 7"); },
                                [] { throw ParseError("bad", 4, ErrorKind::usage); });
                 });
    FAIL("nothing was thrown");
  } catch (const ParseError& error) {
    CHECK(error.offset() == 4);
    CHECK(error.context() == std::vector<std::string>{"while uploading layer 3 of 7", "while pushing app:1.0"});
  }
}

TEST_CASE("copies share what is added") {
  Error error(ErrorKind::io, "x", "do y");
  Error copy = error;
  copy.add_context("while z");
  CHECK(error.context().size() == 1);
  CHECK(error.hint() == "do y");
  CHECK(to_string(error.kind()) == "io");
}

TEST_CASE("a broken check is a bug, not an Error") {
  CHECK_THROWS_AS(SIDECARCTL_CHECK(1 == 2, "text"), std::logic_error);
}
