// SPDX-License-Identifier: Apache-2.0
#include "util/byte_source.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

TEST_CASE("a source is read in pieces and ends for ever") {
  StringSource source("hello");
  CHECK(read_up_to(source, 2) == "he");
  CHECK(source.skip(1) == 1);
  CHECK(read_up_to(source, 100) == "lo");
  CHECK(read_up_to(source, 1).empty());
  CHECK(source.skip(1) == 0);
}

TEST_CASE("reading everything has a limit, to the byte") {
  StringSource fits("12345");
  CHECK(read_all(fits, 5, "it") == "12345");
  StringSource longer("123456");
  CHECK_THROWS_WITH(read_all(longer, 5, "the answer"), "the answer is longer than the limit of 5 bytes");
  StringSource large(std::string(1000000, 'x'));
  CHECK(drain(large) == 1000000);
}
