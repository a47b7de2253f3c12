// SPDX-License-Identifier: Apache-2.0
#include "lint/selection.hpp"

#include "support/catch.hpp"

#include <algorithm>

namespace sidecarctl::test {

using lint::parse_selection;
using lint::Severity;

namespace {

/// The message and hint of the refusal, "" if there is none.
std::string refusal(const lint::SelectionRequest& request) {
  try {
    parse_selection(request);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return std::string(error.message()) + " | " + error.hint().value_or("");
  }
  return "";
}

}  // namespace

TEST_CASE("rules are found by id and name, in any case") {
  const auto selection = parse_selection({{"sdc101", "No-User,SDC201"}, {"Moving-Tag=it is ours"}, {"SDC709 = Error"}});
  CHECK(selection.only == std::vector<std::string>{"SDC101", "SDC101", "SDC201"});
  CHECK(selection.ignored == std::map<std::string, std::string>{{"SDC303", "it is ours"}});
  CHECK(selection.severity == std::map<std::string, Severity>{{"SDC709", Severity::error}});
}

TEST_CASE("a reason may hold anything") {
  CHECK(parse_selection({{}, {"SDC101=a=b, c"}, {}}).ignored.at("SDC101") == "a=b, c");
  CHECK(parse_selection({{}, {"SDC303"}, {}}).ignored.at("SDC303").empty());
}

TEST_CASE("what cannot be is refused, with what to write instead") {
  struct Row {
    const char* what;
    lint::SelectionRequest request;
    const char* text;
  };
  const Row rows[] = {
      {"unknown id",
       {{"SDC1001"}, {}, {}},
       "there is no rule 'SDC1001'; did you mean 'SDC001'? | 'sidecarctl explain' lists all rules"},
      {"near name", {{"no-usr"}, {}, {}}, "there is no rule 'no-usr'; did you mean 'no-user'?"},
      {"nothing near", {{}, {"hadolint"}, {}}, "there is no rule 'hadolint' |"},
      {"empty", {{""}, {}, {}}, "there is no rule ''"},
      {"a requirement without a reason",
       {{}, {"SDC101"}, {}},
       "SDC101 no-user is a requirement of the platform: it is ignored only with a reason | "
       "say why it is right here: --ignore SDC101='the reason'"},
      {"a blank reason", {{}, {"SDC101= "}, {}}, "ignored only with a reason"},
      {"a requirement lowered",
       {{}, {}, {"SDC101=info"}},
       "SDC101 no-user is a requirement of the platform: it cannot be lowered to info"},
      {"an unknown level",
       {{}, {}, {"SDC303=warn"}},
       "'warn' is no severity for SDC303 | write --severity SDC303=error, warning or info"},
      {"a mistyped level", {{}, {}, {"SDC303=eror"}}, "did you mean 'error'?"},
      {"no level", {{}, {}, {"SDC303"}}, "'' is no severity for SDC303"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK_THAT(refusal(row.request), Catch::Contains(row.text));
  }
}

TEST_CASE("a requirement may be raised or left as it is") {
  CHECK(refusal({{}, {}, {"SDC101=error", "SDC502=error"}}).empty());
}

TEST_CASE("rules run by what they need, then by id") {
  const auto rules = lint::select_rules({});
  CHECK(rules.size() == lint::all_rules().size());
  CHECK(std::is_sorted(rules.begin(), rules.end(), [](const lint::Rule* a, const lint::Rule* b) {
    return std::pair(a->needs, a->id) < std::pair(b->needs, b->id);
  }));
}

TEST_CASE("only some rules run when asked so") {
  lint::RuleSelection only;
  only.only = {"SDC201", "SDC101", "SDC101"};
  const auto rules = lint::select_rules(only);
  REQUIRE(rules.size() == 2);
  CHECK(rules[0]->id == "SDC101");
  lint::RuleSelection requirements;
  requirements.requirements_only = true;
  const auto required = lint::select_rules(requirements);
  CHECK_FALSE(required.empty());
  CHECK(required.size() < lint::all_rules().size());
  for (const lint::Rule* rule : required) CHECK(rule->origin == lint::Origin::requirement);
}

TEST_CASE("a rule has one page, found by id and name") {
  CHECK_THAT(std::string(lint::rule_page(lint::require_rule("SDC101"))), Catch::StartsWith("# SDC101 no-user\n"));
  const lint::Rule none{"SDC999", "none", Severity::info, lint::Needs::source, lint::Origin::practice, "", nullptr};
  CHECK(lint::rule_page(none).empty());
}

}  // namespace sidecarctl::test
