// SPDX-License-Identifier: Apache-2.0
#include "util/duration.hpp"

#include "support/catch.hpp"

using sidecarctl::human_duration;
using sidecarctl::kLongestDuration;
using sidecarctl::parse_duration;
using std::chrono::milliseconds;

TEST_CASE("durations are whole numbers with units, larger units first") {
  struct Case {
    const char* text;
    long long expected;
  };
  const Case all[] = {
      {"0", 0},        {"0s", 0},          {"500ms", 500},  {"30s", 30000},    {"10m", 600000},
      {"1h", 3600000}, {"1h30m", 5400000}, {"1m5s", 65000}, {"1s500ms", 1500}, {"8760h", 31536000000LL}};
  for (const Case& one : all) {
    CAPTURE(one.text);
    REQUIRE(parse_duration(one.text).has_value());
    CHECK(parse_duration(one.text)->count() == one.expected);
  }
}

TEST_CASE("a text that is not a duration is refused") {
  const char* all[] = {"",
                       "30",
                       "s",
                       "-1s",
                       "+1s",
                       "1.5s",
                       "1 s",
                       "1S",
                       "1d",
                       "5s1m",
                       "1s1s",
                       "1h 5m",
                       "10ms5s",
                       "0x1s",
                       "1s5",
                       "8760h1ms",
                       "99999999999999999999s",
                       "18446744073709551615h",
                       "8761h"};
  for (const char* text : all) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
  CHECK(parse_duration("8760h") == kLongestDuration);
}

TEST_CASE("durations are shown short") {
  CHECK(human_duration(milliseconds(0)) == "0ms");
  CHECK(human_duration(milliseconds(-5)) == "0ms");
  CHECK(human_duration(milliseconds(999)) == "999ms");
  CHECK(human_duration(milliseconds(1000)) == "1s");
  CHECK(human_duration(milliseconds(1500)) == "1.5s");
  CHECK(human_duration(milliseconds(30000)) == "30s");
  CHECK(human_duration(milliseconds(65000)) == "1m5s");
  CHECK(human_duration(milliseconds(600000)) == "10m");
  CHECK(human_duration(milliseconds(5400000)) == "1h30m");
}
