// SPDX-License-Identifier: Apache-2.0
//
// Every rule has a page docs/rules/SDCnnn-name.md, and what the page shows is true. A page looks like this:
//
//     # SDC101 no-user
//
//     severity: error · source: requirement
//
//     ## What
//     ## Why
//     ## Bad
//     ## Good
//     ## Fix
//     ## When to ignore
//
// with exactly these headings, the severity and origin being those of the rule (source: requirement, sample, runtime,
// practice). Below "Bad" and "Good", fenced blocks with the label `KIND bad` or `KIND good` are images that are linted.
// Each starts from the right image of tests/support/subject_builder.hpp and changes it:
//
//   config    An image config; only the keys that matter. Merged over the right one as in RFC 7386: an array replaces
//             the array, null removes a key. {"config": {"User": "0"}}
//   manifest  The same for the image manifest. {"layers": [{"mediaType": "…", "digest": "sha256:…", "size": 1}]}
//   tree      Files on top of the right image's, one a line: TYPE MODE UID:GID PATH [-> TARGET | = CONTENT]
//               d 0755 0:0 /opt/app
//               f 0644 5001:5001 /opt/app/run.sh = "#!/bin/sh\necho \x41\n"
//               f 0755 0:0 /usr/bin/entrypoint = elf machine=183 interpreter=/lib/ld-musl-x86_64.so.1
//               l 0777 0:0 /bin/sh -> busybox
//               - /opt/palantir/sidecars/shared-volumes/shared
//             TYPE is d f l c b p; "-" removes a path and all below it. CONTENT is a string with \n \r \t \0 \\ \"
//             \xHH, or `elf` with optional machine=N, interpreter=PATH and 32bit.
//   name      The image's name, one line: registry.example/app:latest
//   options   --profile NAME, --volume NAME, --telemetry. Without it: profile flags, volume `shared`.
//
// Blocks of different kinds and the same polarity that follow each other with nothing but blank lines between are one
// image; two blocks of the same kind, or with a sentence between them, are two images.
//
// `bad` must give a finding of this rule, and no other rule may give one at error level. `good` must give none of this
// rule, and the rule must be able to tell. A page without a `bad` block must say "not tested" and why, under "Bad".
#include "lint/engine.hpp"
#include "support/catch.hpp"
#include "support/rule_page.hpp"
#include "util/strings.hpp"

#include <set>

namespace sidecarctl::test {
namespace {

std::string page_name(const lint::Rule& rule) {
  return std::string(rule.id) + "-" + std::string(rule.name);
}

bool runs_on_images(const lint::Rule& rule) {
  return rule.needs != lint::Needs::dockerfile;
}

void check_bad(const lint::Rule& rule, const Example& example) {
  SubjectBuilder own;
  apply_example(example, own);
  CHECK(ask(rule.id, own).found());
  for (const lint::Rule* other : lint::all_rules()) {
    if (other == &rule || !runs_on_images(*other)) continue;
    SubjectBuilder builder;
    apply_example(example, builder);
    for (const lint::Finding& finding : ask(other->id, builder).findings) {
      INFO(other->id << " also says: " << finding.message);
      CHECK(finding.severity.value_or(other->severity) != lint::Severity::error);
    }
  }
}

void check_good(const lint::Rule& rule, const Example& example) {
  SubjectBuilder builder;
  apply_example(example, builder);
  const RuleAnswer answer = ask(rule.id, builder);
  INFO("reason: " << answer.verdict.reason);
  CHECK_FALSE(answer.unknown());
  for (const lint::Finding& finding : answer.findings) FAIL_CHECK("a good example gives: " << finding.message);
}

}  // namespace

TEST_CASE("every rule has a page with its id, name, severity and the fixed headings") {
  for (const lint::Rule* rule : lint::all_rules()) {
    INFO("docs/rules/" << page_name(*rule) << ".md");
    const std::string_view text = lint::rule_page(*rule);
    CHECK_FALSE(text.empty());
    if (text.empty()) continue;
    const RulePage page = parse_rule_page(text);
    CHECK(page.title == std::string(rule->id) + " " + std::string(rule->name));
    CHECK(page.facts ==
          "severity: " + std::string(to_string(rule->severity)) + " · source: " + std::string(to_string(rule->origin)));
    CHECK(page.headings == std::vector<std::string>{"What", "Why", "Bad", "Good", "Fix", "When to ignore"});
  }
}

TEST_CASE("every page belongs to a rule") {
  std::set<std::string> names;
  for (const lint::Rule* rule : lint::all_rules()) names.insert(page_name(*rule));
  for (const EmbeddedText& page : lint::rule_pages()) {
    INFO(page.name);
    CHECK(names.contains(std::string(page.name)));
  }
}

TEST_CASE("rules are listed by id, and ids and names are there once") {
  std::set<std::string_view> seen;
  std::string_view last;
  for (const lint::Rule* rule : lint::all_rules()) {
    INFO(rule->id);
    CHECK(last < rule->id);
    CHECK(seen.insert(rule->id).second);
    CHECK(seen.insert(rule->name).second);
    last = rule->id;
  }
}

TEST_CASE("the examples in the pages of the rules are what they say") {
  for (const lint::Rule* rule : lint::all_rules()) {
    const std::string_view text = lint::rule_page(*rule);
    bool has_bad = false;
    for (const Example& example : parse_rule_page(text).examples) {
      INFO("docs/rules/" << page_name(*rule) << ".md, example in line " << example.blocks[0].line);
      has_bad |= example.bad;
      try {
        example.bad ? check_bad(*rule, example) : check_good(*rule, example);
      } catch (const std::exception& problem) {
        FAIL_CHECK(problem.what());
      }
    }
    INFO("docs/rules/" << page_name(*rule) << ".md");
    CHECK((has_bad || text.empty() || to_lower(text).find("not tested") != std::string::npos));
  }
}

TEST_CASE("a page's blocks are examples as the format says") {
  const RulePage page = parse_rule_page(
      "# SDC101 no-user\n\nseverity: error\n\n## Bad\n\n```config bad\n{}\n```\n\n```tree bad\nd 0755 0:0 /a\n```\n"
      "```config bad\n{}\n```\nand\n```tree bad\n```\n## Good\n```sh\nconfig bad\n```\n```config good\n{}\n```\n");
  CHECK(page.title == "SDC101 no-user");
  CHECK(page.headings == std::vector<std::string>{"Bad", "Good"});
  REQUIRE(page.examples.size() == 4);
  CHECK(page.examples[0].blocks.size() == 2);
  CHECK(page.examples[1].blocks.size() == 1);
  CHECK(page.examples[2].blocks[0].kind == "tree");
  CHECK_FALSE(page.examples[3].bad);
  CHECK_THROWS_AS(parse_rule_page("```config bad\n{}\n"), std::invalid_argument);
  CHECK_THROWS_AS(parse_rule_page("```conf bad\n{}\n```\n"), std::invalid_argument);
}

TEST_CASE("examples change the right image") {
  const RulePage page = parse_rule_page(
      "```config bad\n{\"config\": {\"User\": \"0\", \"WorkingDir\": null}}\n```\n"
      "```tree bad\n- /home/app\nl 0777 0:0 /bin/sh -> dash\nf 2755 1:2 /x/y = \"a\\n\\x41\"\n"
      "f 0755 0:0 /e = elf interpreter=/lib/ld.so\nc 0600 0:0 /dev/x\n```\n"
      "```name bad\nregistry.example:5000/app@sha256:ab\n```\n```options bad\n--profile byoc --telemetry\n```\n"
      "```manifest bad\n{\"layers\": []}\n```\n");
  SubjectBuilder builder;
  REQUIRE(page.examples.size() == 1);
  apply_example(page.examples[0], builder);
  CHECK(builder.config.user == "0");
  CHECK(builder.config.working_dir.empty());
  CHECK(builder.config.entrypoint == std::vector<std::string>{"/usr/bin/entrypoint"});
  CHECK(builder.config.history[0].created_by == "COPY rootfs /");
  CHECK_FALSE(builder.files.find("/home/app"));
  CHECK(builder.files.find("/bin/sh")->link_target == "dash");
  CHECK(builder.files.find("/x/y")->mode == 02755);
  CHECK(builder.files.find("/x/y")->gid == 2);
  CHECK(builder.files.read_head("/x/y", 10) == "a\nA");
  CHECK(builder.files.read_head("/e", 500) == elf_file("/lib/ld.so"));
  CHECK(builder.files.find("/dev/x")->type == FileType::character_device);
  CHECK(builder.source.digest == "sha256:ab");
  CHECK_FALSE(builder.source.tag);
  CHECK(builder.profile.name == lint::ProfileName::byoc);
  CHECK(builder.settings.telemetry);
  CHECK(builder.manifest.layers.empty());
  CHECK(builder.manifest.config.size == 100);
}

TEST_CASE("a faulty line of an example is named") {
  for (const char* line : {"x 0755 0:0 /a", "d 0958 0:0 /a", "d 0755 0 /a", "d 0755 0:0 a", "l 0777 0:0 /a",
                           "f 0644 0:0 /a = b", "f 0644 0:0 /a = \"\\q\"", "f 0644 0:0 /a = elf fast"}) {
    INFO(line);
    SubjectBuilder builder;
    const Example example{true, {ExampleBlock{"tree", std::string("d 0755 0:0 /ok\n") + line + "\n", 10}}};
    CHECK_THROWS_WITH(apply_example(example, builder), Catch::StartsWith("line 12: "));
  }
}

}  // namespace sidecarctl::test
