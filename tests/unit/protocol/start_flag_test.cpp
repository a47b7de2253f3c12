// SPDX-License-Identifier: Apache-2.0
#include "protocol/start_flag.hpp"

#include "support/catch.hpp"

#include <limits.h>

#include <string>

using namespace sidecarctl::protocol;
using Kind = StartFlag::Kind;

TEST_CASE("a start_flag of the documented protocol counts by its presence") {
  for (const std::string text : {"", "\n", "started at 12:00", "[1]", "0", R"({"schema":"another/v1","inputs":5})"}) {
    INFO(text);
    CHECK(parse_start_flag(text).kind == Kind::plain);
  }
}

TEST_CASE("a manifest names the run and its inputs") {
  const std::string sha(64, 'a');
  const StartFlag flag =
      parse_start_flag(R"( {"schema": "sidecar.start/v1", "run_id": "r\u00e91", "later": {"x": [1, null]}, "inputs": [)"
                       R"({"name": "a/b.csv", "size": 8, "sha256": ")" +
                       sha + R"("}, {"name": "c", "size": null, "sha256": null}]} )");
  REQUIRE(flag.kind == Kind::manifest);
  CHECK(flag.run_id == "r\u00e91");
  REQUIRE(flag.inputs.size() == 2);
  CHECK(flag.inputs[0].name == "a/b.csv");
  CHECK(flag.inputs[0].size == 8);
  CHECK(flag.inputs[0].sha256 == sha);
  CHECK_FALSE(flag.inputs[1].has_size);
  CHECK(flag.inputs[1].sha256.empty());
}

TEST_CASE("a manifest with a fault is invalid, with the reason") {
  const auto with = [](const std::string& input) {
    return R"({"schema":"sidecar.start/v1","inputs":[)" + input + "]}";
  };
  struct Row {
    std::string text, fault;
  };
  const Row rows[] = {{R"({"schema":"sidecar.start/v1")", "whole JSON"},
                      {R"({"schema":"sidecar.start/v1"} x)", "whole JSON"},
                      {with(R"({"name":"../x"})"), "below the volume"},
                      {with(R"({"name":"/x"})"), "below the volume"},
                      {with(R"({"name":""})"), "below the volume"},
                      {with(R"({"size":1})"), "below the volume"},
                      {with(R"({"name":"x","size":-1})"), "wrong type"},
                      {with(R"({"name":"x","size":1.5})"), "wrong type"},
                      {with(R"({"name":"x","size":"1"})"), "wrong type"},
                      {with(R"({"name":"x","sha256":"AB"})"), "64 lower-case digits"},
                      {with("5"), "not an object"}};
  for (const Row& row : rows) {
    INFO(row.text);
    const StartFlag flag = parse_start_flag(row.text);
    CHECK(flag.kind == Kind::invalid);
    CHECK_THAT(flag.fault, Catch::Contains(row.fault));
  }
}

TEST_CASE("the number of inputs is limited") {
  const auto flag_of = [](std::size_t count) {
    std::string text = R"({"schema":"sidecar.start/v1","inputs":[)";
    for (std::size_t i = 0; i < count; ++i) text += std::string(i == 0 ? "" : ",") + R"({"name":"a"})";
    return parse_start_flag(text + "]}");
  };
  CHECK(flag_of(kMaxInputs).kind == Kind::manifest);
  CHECK(flag_of(kMaxInputs + 1).kind == Kind::invalid);
}

TEST_CASE("deep nesting ends the reading, not the stack") {
  const std::string deep = R"({"x":)" + std::string(100000, '[');
  CHECK(parse_start_flag(deep).kind == Kind::invalid);
}

TEST_CASE("names below a folder are told from others") {
  for (const char* name : {"a", "a/b", "...", ".hidden", "a b", "\n"}) CHECK(is_name_below(name));
  for (const std::string& name :
       {std::string(), std::string("/"), std::string("/a"), std::string("a/"), std::string("a//b"), std::string("."),
        std::string(".."), std::string("a/.."), std::string("a\0b", 3), std::string(PATH_MAX, 'a')}) {
    CHECK_FALSE(is_name_below(name));
  }
  CHECK(is_name_below(std::string(PATH_MAX - 1, 'a')));
}
