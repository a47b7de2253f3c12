// SPDX-License-Identifier: Apache-2.0
#include "lint/run_rules.hpp"

#include "lint/selection.hpp"
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::test {

using lint::Finding;
using lint::Needs;
using lint::Origin;
using lint::Rule;
using lint::RuleVerdict;
using lint::Severity;
using lint::Subject;
using lint::Verdict;

namespace {

using Findings = std::vector<Finding>;

Verdict pass(const Subject&, Findings&) {
  return Verdict::decided();
}
Verdict find_one(const Subject&, Findings& findings) {
  findings.push_back(Finding{"found", lint::LayerFile{0, "/x"}, "repair it", "v", {}});
  return Verdict::decided();
}
Verdict find_error_and_info(const Subject&, Findings& findings) {
  findings.push_back(Finding{"note", {}, "", {}, Severity::info});
  findings.push_back(Finding{"grave", {}, "", {}, Severity::error});
  return Verdict::decided();
}
Verdict not_applicable(const Subject&, Findings&) {
  return Verdict::not_applicable("no ports");
}
Verdict unknown_with_finding(const Subject&, Findings& findings) {
  findings.push_back(Finding{"one of two", {}, "", {}, {}});
  return Verdict::unknown("the other cannot be told");
}
Verdict fail_corrupt(const Subject&, Findings& findings) {
  findings.push_back(Finding{"said before it failed", {}, "", {}, {}});
  throw Error(ErrorKind::corrupt, "layer 3 is damaged");
}
Verdict fail_network(const Subject&, Findings&) {
  throw Error(ErrorKind::network, "no answer");
}
Verdict interrupt(const Subject&, Findings&) {
  throw Error(ErrorKind::interrupted, "stopped");
}
Verdict read_config(const Subject& subject, Findings&) {
  return subject.config()->user.empty() ? Verdict::unknown("no") : Verdict::decided();
}

constexpr Rule rule(std::string_view id, decltype(Rule::check) check, Severity severity = Severity::error,
                    Needs needs = Needs::source, Origin origin = Origin::practice) {
  return Rule{id, "name", severity, needs, origin, "summary", check};
}

lint::RuleRun run(const std::vector<const Rule*>& rules, const lint::RuleSelection& selection = {},
                  bool is_image = true) {
  SubjectBuilder builder;
  builder.has_config = is_image;
  return lint::run_rules(builder.build(), rules, selection, "not an image");
}

}  // namespace

TEST_CASE("what a rule says becomes its verdict") {
  struct Row {
    const char* what;
    Rule rule;
    RuleVerdict::Kind kind;
    std::optional<std::string> reason;
    std::size_t findings;
  };
  const Row rows[] = {
      {"pass", rule("A", pass), RuleVerdict::Kind::pass, {}, 0},
      {"finding", rule("A", find_one), RuleVerdict::Kind::finding, {}, 1},
      {"not applicable", rule("A", not_applicable), RuleVerdict::Kind::not_applicable, "no ports", 0},
      {"unknown is kept beside a finding", rule("A", unknown_with_finding), RuleVerdict::Kind::unknown,
       "the other cannot be told", 1},
      {"an error is unknown", rule("A", fail_network, Severity::warning), RuleVerdict::Kind::unknown, "no answer", 0},
      {"needs a Dockerfile", rule("A", pass, Severity::error, Needs::dockerfile), RuleVerdict::Kind::not_applicable,
       "this is an image, not a Dockerfile", 0},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const auto result = run({&row.rule});
    REQUIRE(result.verdicts.size() == 1);
    CHECK(result.verdicts[0].kind == row.kind);
    CHECK(result.verdicts[0].reason == row.reason);
    CHECK(result.findings.size() == row.findings);
    CHECK_FALSE(result.failure);
  }
}

TEST_CASE("rules that need an image are not applicable to what is none") {
  const Rule source = rule("A", find_one), config = rule("B", read_config, Severity::error, Needs::config),
             files = rule("C", read_config, Severity::error, Needs::files),
             layers = rule("D", read_config, Severity::error, Needs::read_layers);
  const auto result = run({&source, &config, &files, &layers}, {}, false);
  CHECK(result.verdicts[0].kind == RuleVerdict::Kind::finding);
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(result.verdicts[i].kind == RuleVerdict::Kind::not_applicable);
    CHECK(result.verdicts[i].reason == "not an image");
  }
}

TEST_CASE("what keeps an error-level rule from reading is the image's failure") {
  const Rule corrupt = rule("A", fail_corrupt), warning = rule("B", fail_corrupt, Severity::warning),
             network = rule("C", fail_network);
  REQUIRE(run({&corrupt, &network}).failure);
  CHECK(run({&corrupt, &network}).failure->message() == "layer 3 is damaged");
  CHECK(run({&network}).failure->kind() == ErrorKind::network);
  CHECK_FALSE(run({&warning}).failure);
  CHECK(run({&warning}).verdicts[0].kind == RuleVerdict::Kind::unknown);
  CHECK(run({&warning}).findings.empty());
  lint::RuleSelection ignored;
  ignored.ignored["A"] = "known";
  CHECK_FALSE(run({&corrupt}, ignored).failure);
  lint::RuleSelection raised;
  raised.severity["B"] = Severity::error;
  CHECK(run({&warning}, raised).failure);
}

TEST_CASE("an interruption is passed on") {
  const Rule stop = rule("A", interrupt);
  CHECK_THROWS_AS(run({&stop}), Error);
}

TEST_CASE("findings are sorted worst first, then by rule; verdicts by rule") {
  const Rule c = rule("C", find_one, Severity::warning), b = rule("B", find_error_and_info, Severity::warning),
             a = rule("A", find_one, Severity::warning);
  const auto result = run({&c, &b, &a});
  std::string order;
  for (const auto& finding : result.findings)
    order += std::string(finding.rule->id) + std::string(to_string(finding.severity)) + " ";
  CHECK(order == "Berror Awarning Cwarning Binfo ");
  std::string verdicts;
  for (const auto& verdict : result.verdicts) verdicts += verdict.rule->id;
  CHECK(verdicts == "ABC");
}

TEST_CASE("a finding in a layer names the command that made it") {
  const Rule found = rule("A", find_one);
  CHECK(run({&found}).findings[0].layer_command == "COPY rootfs /");
}

TEST_CASE("findings of an ignored rule are there, with the reason") {
  const Rule found = rule("A", find_one), other = rule("B", find_one);
  lint::RuleSelection selection;
  selection.ignored["A"] = "the base image is like that";
  const auto result = run({&found, &other}, selection);
  REQUIRE(result.findings.size() == 2);
  REQUIRE(result.findings[0].suppressed);
  CHECK(result.findings[0].suppressed->reason == "the base image is like that");
  CHECK_FALSE(result.findings[0].suppressed->until);
  CHECK_FALSE(result.findings[1].suppressed);
  CHECK(result.verdicts[0].ignored);
}

TEST_CASE("--telemetry raises the rules that are about it, their unknown verdicts, too") {
  Rule found = rule("A", find_one, Severity::warning), unknown = rule("B", fail_network, Severity::warning);
  found.error_with_telemetry = unknown.error_with_telemetry = true;
  const Rule other = rule("C", find_one, Severity::warning);
  SubjectBuilder builder;
  for (const bool telemetry : {false, true}) {
    INFO(telemetry);
    builder.settings.telemetry = telemetry;
    const Severity level = telemetry ? Severity::error : Severity::warning;
    const auto result = lint::run_rules(builder.build(), {&found, &unknown, &other}, {}, "");
    CHECK(result.findings[0].severity == level);
    CHECK(result.findings[1].severity == Severity::warning);
    CHECK(result.verdicts[1].severity == level);
  }
}

TEST_CASE("a level that the user gives changes what a rule says") {
  struct Row {
    const char* what;
    Severity usual;
    Origin origin;
    std::optional<Severity> finding, asked;
    Severity result;
  };
  constexpr auto info = Severity::info, warning = Severity::warning, error = Severity::error;
  const Row rows[] = {
      {"usual", warning, Origin::practice, {}, {}, warning},
      {"the finding's own", warning, Origin::practice, error, {}, error},
      {"raised", warning, Origin::practice, {}, error, error},
      {"a note stays a note when the rule is raised", warning, Origin::practice, info, error, info},
      {"lowered", error, Origin::practice, {}, info, info},
      {"lowering caps a graver finding", warning, Origin::practice, error, info, info},
      {"lowering does not raise", error, Origin::practice, info, warning, info},
      {"the usual level asked for caps, too", warning, Origin::practice, error, warning, warning},
      {"a requirement's graver finding is not capped", warning, Origin::requirement, error, warning, error},
      {"a requirement is raised", warning, Origin::requirement, {}, error, error},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    lint::RuleSelection selection;
    if (row.asked) selection.severity["A"] = *row.asked;
    const Finding finding{"x", {}, "", {}, row.finding};
    CHECK(effective_severity(rule("A", pass, row.usual, Needs::source, row.origin), finding, selection) == row.result);
  }
}

}  // namespace sidecarctl::test
