// SPDX-License-Identifier: Apache-2.0
#include "scaffold/template_set.hpp"

#include "scaffold/plan.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/error.hpp"

#include <filesystem>
#include <fstream>

using namespace sidecarctl;  // NOLINT: a test.
using namespace sidecarctl::scaffold;
namespace fs = std::filesystem;

namespace {

constexpr const char* kSound = R"({"schema": "sidecarctl.template/v1", "description": "d",
  "variables": {"port": {"default": "8080", "pattern": "[0-9]{4}", "about": "four digits"}},
  "files": [{"path": "{{name}}.txt", "source": "a"}, {"path": "b", "source": "@common/b", "when": "extra", "mode": "0755"},
            {"path": "c", "source": "a", "when": "^extra", "render": false}]})";

const EmbeddedText kBuiltin[] = {{"one/template.json", kSound}, {"one/a", "port {{port}}\n"}, {"common/b", "shared\n"}};

std::string one_file(const std::string& entry) {
  return R"({"schema": "sidecarctl.template/v1", "description": "d", "files": [)" + entry + "]}";
}

std::string plan_failure(const std::string& json) {
  const EmbeddedText builtin[] = {{"t/template.json", json}, {"t/a", "x"}, {"t/a/b", "y"}};
  try {
    const TemplateSet set(builtin, std::nullopt);
    plan_files(set, {&set.find("t")}, {{"evil", "../x"}, {"name", "n"}}, {});
  } catch (const Error& error) {
    return std::string(error.message());
  }
  return "";
}

}  // namespace

TEST_CASE("a template becomes files") {
  const TemplateSet set(kBuiltin, std::nullopt);
  const Template& one = set.find("one");
  const auto plan = [&](const char* extra) {
    return plan_files(set, {&one}, complete_values(one, {{"name", "n"}, {"extra", extra}}), {});
  };
  const auto with = plan("true");
  REQUIRE(with.size() == 2);
  CHECK(with[0].path == "n.txt");
  CHECK(with[0].content == "port 8080\n");
  CHECK(with[1].path == "b");
  CHECK(with[1].content == "shared\n");
  CHECK(with[1].mode == 0755);
  const auto without = plan("");
  REQUIRE(without.size() == 2);
  CHECK(without[1].content == "port {{port}}\n");
}

TEST_CASE("values must match their pattern") {
  const TemplateSet set(kBuiltin, std::nullopt);
  const Template& one = set.find("one");
  CHECK_NOTHROW(complete_values(one, {{"port", "9000"}}));
  CHECK_THROWS_WITH(complete_values(one, {{"port", "80"}}), Catch::Contains("'port' must be four digits, not '80'"));
  CHECK_THROWS_WITH(complete_values(one, {{"port", "9000\nUSER 0"}}), Catch::Contains("control character"));
  CHECK_THROWS(complete_values(one, {{"port", std::string(256, '1')}}));
}

TEST_CASE("a template that is wrong is refused") {
  const auto [json, part] = GENERATE(table<std::string, std::string>({
      {"{", "the template 't'"},
      {R"({"schema": "x", "description": "d", "files": []})", "schema"},
      {one_file(R"({"path": "../x", "source": "a"})"), "would write '../x'"},
      {one_file(R"({"path": "/x", "source": "a"})"), "would write '/x'"},
      {one_file(R"({"path": "{{evil}}", "source": "a"})"), "would write '../x'"},
      {one_file(R"({"path": "a\\b", "source": "a"})"), "would write"},
      {one_file(R"({"path": "x", "source": "../a"})"), "not below its folder"},
      {one_file(R"({"path": "x", "source": "@../../etc/passwd"})"), "not below its folder"},
      {one_file(R"({"path": "x", "source": "missing"})"), "not there"},
      {one_file(R"({"path": "x"})"), "either a source or a binary"},
      {one_file(R"({"path": "x", "source": "a", "mode": "4755"})"), "neither 0644 nor 0755"},
      {one_file(R"({"path": "x", "source": "a", "when": "nope"})"), "asks for the variable 'nope'"},
      {one_file(R"({"path": "x", "source": "a", "moed": "0644"})"), "did you mean 'mode'"},
      {one_file(R"({"path": "x", "source": "a"}, {"path": "x", "source": "a"})"), "write 'x' and 'x'"},
      {one_file(R"({"path": "x", "source": "a"}, {"path": "x/y", "source": "a"})"), "write 'x' and 'x/y'"},
      {one_file(R"({"path": "x", "binary": "nope"})"), "no program 'nope'"},
  }));
  INFO(json);
  CHECK(plan_failure(json).find(part) != std::string::npos);
}

TEST_CASE("a team's folder goes before the program's templates") {
  const test::TempDir temporary;
  fs::create_directories(temporary.path() / "one");
  std::ofstream(temporary.path() / "one/template.json")
      << one_file(R"({"path": "x", "source": "own"}, {"path": "y", "source": "@common/b"})");
  std::ofstream(temporary.path() / "one/own") << "own\n";
  const TemplateSet set(kBuiltin, temporary.path());
  const auto files = plan_files(set, {&set.find("one")}, {}, {});
  REQUIRE(files.size() == 2);
  CHECK(files[0].content == "own\n");
  CHECK(files[1].content == "shared\n");
}

TEST_CASE("links in a team's folder are not followed") {
  const test::TempDir temporary;
  fs::create_directories(temporary.path() / "own");
  std::ofstream(temporary.path() / "own/template.json") << one_file(R"({"path": "x", "source": "link"})");
  fs::create_symlink("/etc/passwd", temporary.path() / "own/link");
  const TemplateSet set(kBuiltin, temporary.path());
  CHECK_THROWS_WITH(plan_files(set, {&set.find("own")}, {}, {}), Catch::Contains("is a link"));
}

TEST_CASE("a folder without templates and a name without template are told") {
  const test::TempDir temporary;
  CHECK_THROWS_WITH(TemplateSet(kBuiltin, temporary.path()), Catch::Contains("no template in"));
  CHECK_THROWS_WITH(TemplateSet(kBuiltin, temporary.path() / "absent"), Catch::Contains("absent"));
  const TemplateSet set(kBuiltin, std::nullopt);
  CHECK_THROWS_WITH(set.find("onne"), Catch::Contains("did you mean 'one'"));
}

TEST_CASE("paths stay below their folder") {
  for (const char* path : {"a", "a/b.c", ".github/workflows/x.yml", "..a", "\xc3\xbc"}) CHECK(is_safe_path(path));
  for (const char* path : {"", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\\b", "a\nb", "a\x1b"})
    CHECK_FALSE(is_safe_path(path));
  CHECK(is_safe_path(std::string(255, 'a')));
  CHECK_FALSE(is_safe_path(std::string(256, 'a')));
}
