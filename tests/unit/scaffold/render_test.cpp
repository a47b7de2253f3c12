// SPDX-License-Identifier: Apache-2.0
#include "scaffold/render.hpp"

#include "scaffold/quoting.hpp"
#include "support/catch.hpp"
#include "util/error.hpp"
#include "util/json.hpp"

#include <string>

using namespace sidecarctl;  // NOLINT: a test.
using scaffold::render;
using scaffold::Values;
using scaffold::Words;

namespace {

const Values& values() {
  static const Values table = {{"name", "app"},
                               {"empty", ""},
                               {"yes", "true"},
                               {"list", Words{"a", "b c", "d\"e"}},
                               {"none", Words{}},
                               {"evil", "a\"b\\c$d\ne'f"},
                               {"plain_list", Words{"x", "y"}}};
  return table;
}

std::string failure(const std::string& text) {
  try {
    return "rendered: " + render(text, values(), "t");
  } catch (const Error& error) {
    return std::string(error.message());
  }
}

}  // namespace

TEST_CASE("tags are replaced") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"no tag", "no tag"},
      {"{{name}}", "app"},
      {"FROM {{name}}:1\n", "FROM app:1\n"},
      {"${{ secrets.X }} {{ x }}", "${{ secrets.X }} {{ x }}"},
      {"{{{name}}}", "{app}"},
      {"{{name|json}}", "\"app\""},
      {"[{{list|json-items}}]", R"(["a", "b c", "d\"e"])"},
      {"[{{none|json-items}}]", "[]"},
      {"{{#yes}}1{{/yes}}{{^yes}}2{{/yes}}", "1"},
      {"{{#empty}}1{{/empty}}{{^empty}}2{{/empty}}", "2"},
      {"{{#plain_list}}<{{.}}>{{/plain_list}}", "<x><y>"},
      {"{{#none}}x{{/none}}{{^none}}y{{/none}}", "y"},
      {"{{#yes}}{{#empty}}a{{/empty}}{{#yes}}b{{/yes}}c{{/yes}}", "bc"},
      {"a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n"},
      {"a\n{{#empty}}\nb\n{{/empty}}\nc\n", "a\nc\n"},
      {"a\n  {{#plain_list}}\n- {{.}}\n  {{/plain_list}}\nc", "a\n- x\n- y\nc"},
      {"{{#yes}}\n{{/yes}}\n", ""},
      {"{{evil|label}}x", "never"},
  }));
  if (expected == "never") {
    CHECK(failure(text).find("control character") != std::string::npos);
  } else {
    CHECK(render(text, values(), "t") == expected);
  }
}

TEST_CASE("a template that is wrong is an error with its line") {
  const auto [text, part] = GENERATE(table<std::string, std::string>({
      {"a\nb {{missing}}", "line 2: there is no variable 'missing'"},
      {"{{#missing}}{{/missing}}", "there is no variable 'missing'"},
      {"{{name", "a tag has no end"},
      {"{{#yes}}", "has no end"},
      {"{{/yes}}", "never began"},
      {"{{#yes}}{{/name}}", "'name' ends a section that 'yes' began"},
      {"{{name|nope}}", "there is no filter 'nope'"},
      {"{{Name}}", "is no tag"},
      {"{{list}}", "is a list"},
      {"{{.}}", "outside of a list"},
      {"{{evil}}", "only a filter may write"},
      {"{{#list}}{{.}}{{/list}}", "only a filter may write"},
  }));
  INFO(text);
  CHECK(failure(text).find(part) != std::string::npos);
}

TEST_CASE("nesting has a limit") {
  const auto nested = [](int depth) {
    std::string text = "x";
    for (int i = 0; i < depth; ++i) text = "{{#yes}}" + text + "{{/yes}}";
    return text;
  };
  CHECK(render(nested(16), values(), "t") == "x");
  CHECK(failure(nested(17)).find("nested too deep") != std::string::npos);
}

TEST_CASE("a file that sections multiply has a limit") {
  Values many = {{"list", Words(2049, "x")}};
  const std::string inner(1024, 'y');
  const std::string text = "{{#list}}{{#list}}" + inner + "{{/list}}{{/list}}";
  CHECK_THROWS_WITH(render(text, many, "t"), Catch::Contains("larger than"));
}

TEST_CASE("quoted text reads back as it was") {
  const std::string text = GENERATE(as<std::string>(), "", "a b", "q\"q", "b\\b", "$HOME `x`", "line\nbreak\ttab",
                                    "Z\xc3\xbc", "'", "\x7f", "\xf0\x9f\x98\x80");
  CHECK(Json::parse(scaffold::double_quoted(text)).get<std::string>() == text);
  CHECK(scaffold::double_quoted(text).find('\n') == std::string::npos);
}

TEST_CASE("text that no file holds is refused") {
  CHECK_THROWS_WITH(scaffold::double_quoted("a\xff"), Catch::Contains("not UTF-8"));
  CHECK_THROWS_WITH(scaffold::double_quoted(std::string("a\0b", 3)), Catch::Contains("NUL"));
  CHECK_THROWS_WITH(scaffold::label_quoted("a\nUSER 0"), Catch::Contains("control character"));
}

TEST_CASE("quotes of a shell and of a Dockerfile") {
  CHECK(scaffold::shell_quoted("a'b") == R"('a'\''b')");
  CHECK(scaffold::label_quoted("$a \"b\" \\") == R"("\$a \"b\" \\")");
  CHECK(scaffold::is_plain("registry.example:5000/a_b@sha256:0+1"));
  CHECK_FALSE(scaffold::is_plain("a b"));
  CHECK_FALSE(scaffold::is_plain("a\n"));
}
