// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/program_run.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

namespace sidecarctl::test {

namespace {
Json schema() {
  return parse_json(read_file(std::string(SOURCE_DIR) + "/docs/schema/explain.v1.json", 1024 * 1024), "the schema");
}
}  // namespace

TEST_CASE("explain shows the page of a rule, by id or name in any case") {
  ProgramRun program;
  CHECK(program.run({"explain", "SDC101"}) == 0);
  const std::string page = program.out;
  CHECK_THAT(page, Catch::StartsWith("# SDC101 no-user\n") && Catch::Contains("\n## Fix\n"));
  CHECK_THAT(page, !Catch::Contains("```config") && !Catch::Contains("\x1b"));
  CHECK(program.run({"explain", "No-User"}) == 0);
  CHECK(program.out == page);
  program.color = true;
  program.run({"explain", "sdc101"});
  CHECK_THAT(program.out, Catch::StartsWith("\x1b[1m# SDC101 no-user\x1b[0m\n"));
}

TEST_CASE("explain without a rule lists all of them") {
  ProgramRun program;
  CHECK(program.run({"explain"}) == 0);
  CHECK_THAT(program.out, Catch::Contains("SDC101  error    no-user "));
  const std::vector<std::string> lines = split(program.out, '\n');
  const Json document = program.json({"explain", "--format", "json"});
  CHECK(document["rules"].size() == lines.size() - 1);
}

TEST_CASE("explain prints documents of its schema") {
  ProgramRun program;
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"explain", "--format", "json"},
                                                    {"explain", "SDC101", "--format", "json"},
                                                    {"explain", "SDC999x", "--format", "json"}}) {
    INFO(dump_json(Json(arguments)));
    CHECK(schema_problem(schema(), program.json(arguments)) == "");
  }
  const Json one = program.json({"explain", "SDC101", "--format", "json"});
  CHECK(one["rules"].size() == 1);
  CHECK_THAT(one["rules"][0]["page"].get<std::string>(), Catch::Contains("```config bad"));
}

TEST_CASE("an unknown rule is exit 2 with the nearest one") {
  ProgramRun program;
  CHECK(program.run({"explain", "no-usr"}) == 2);
  CHECK_THAT(program.err, Catch::Contains("there is no rule 'no-usr'; did you mean 'no-user'?"));
}

}  // namespace sidecarctl::test
