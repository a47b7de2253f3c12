// SPDX-License-Identifier: Apache-2.0
#include "lint/run_rules.hpp"

#include "lint/selection.hpp"
#include "util/strings.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sidecarctl::lint {

namespace {

/// What one rule said, before severities and suppressions.
struct Answer {
  Verdict verdict;
  std::vector<Finding> findings;
  std::optional<Error> failure;  ///< The question that could not be answered.
};

bool is_there(Needs needs, const Subject& subject) {
  switch (needs) {
    case Needs::source: return true;
    case Needs::config: return subject.config() != nullptr;
    case Needs::files:
    case Needs::read_layers: return subject.config() != nullptr && subject.files() != nullptr;
    case Needs::dockerfile: return false;
  }
  return false;
}

Answer ask(const Rule& rule, const Subject& subject, const std::string& absence) {
  if (rule.needs == Needs::dockerfile) return {Verdict::not_applicable("this is an image, not a Dockerfile"), {}, {}};
  if (!is_there(rule.needs, subject)) return {Verdict::not_applicable(absence), {}, {}};
  Answer answer;
  try {
    answer.verdict = rule.check(subject, answer.findings);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    answer = {Verdict::unknown(std::string(error.message())), {}, error};
  }
  return answer;
}

/// A finding makes the verdict, but never hides that the rule could not decide the rest.
RuleVerdict::Kind kind_of(const Answer& answer) {
  switch (answer.verdict.kind) {
    case Verdict::Kind::unknown: return RuleVerdict::Kind::unknown;
    case Verdict::Kind::not_applicable:
      return answer.findings.empty() ? RuleVerdict::Kind::not_applicable : RuleVerdict::Kind::finding;
    case Verdict::Kind::decided: break;
  }
  return answer.findings.empty() ? RuleVerdict::Kind::pass : RuleVerdict::Kind::finding;
}

std::string layer_command_of(const Subject& subject, const Finding& finding) {
  const auto* where = std::get_if<LayerFile>(&finding.where);
  const bool known = where != nullptr && where->layer && subject.config() != nullptr;
  return known ? subject.config()->layer_command(*where->layer) : "";
}

/// Bytes of a sentence. Every rule cuts what it quotes; this is what holds when one forgets.
constexpr std::size_t kMaxSentence = 500;

/// Sentences are for people, in every format: what an image could put into them is made visible. `value` and `where`
/// are data and stay as they are.
std::string readable(std::string_view sentence) {
  return shorten(escape_text(shorten(sentence, kMaxSentence)), kMaxSentence);
}

void add_answer(const Rule& rule, Answer answer, const Subject& subject, const RuleSelection& selection, RuleRun& run) {
  const auto ignored = selection.ignored.find(std::string(rule.id));
  const bool is_ignored = ignored != selection.ignored.end();
  const bool raised = rule.error_with_telemetry && subject.settings().telemetry;
  const Severity level = raised ? Severity::error : effective_severity(rule, selection);
  RuleVerdict verdict{&rule, kind_of(answer), {}, level, is_ignored};
  const bool has_reason =
      verdict.kind == RuleVerdict::Kind::not_applicable || verdict.kind == RuleVerdict::Kind::unknown;
  if (has_reason) verdict.reason = readable(answer.verdict.reason);
  if (!is_ignored && verdict.severity == Severity::error && !run.failure) run.failure = answer.failure;
  for (Finding& finding : answer.findings) {
    const Severity severity = raised ? level : effective_severity(rule, finding, selection);
    finding.message = readable(finding.message);
    finding.fix = readable(finding.fix);
    std::string command = layer_command_of(subject, finding);
    ReportedFinding reported{&rule, severity, std::move(finding), {}, std::move(command)};
    if (is_ignored) reported.suppressed = Suppression{ignored->second, std::nullopt};
    run.findings.push_back(std::move(reported));
  }
  run.verdicts.push_back(std::move(verdict));
}

}  // namespace

RuleRun run_rules(const Subject& subject, const std::vector<const Rule*>& rules, const RuleSelection& selection,
                  const std::string& absence) {
  RuleRun run;
  for (const Rule* rule : rules) add_answer(*rule, ask(*rule, subject, absence), subject, selection, run);
  std::stable_sort(run.verdicts.begin(), run.verdicts.end(),
                   [](const RuleVerdict& a, const RuleVerdict& b) { return a.rule->id < b.rule->id; });
  std::stable_sort(run.findings.begin(), run.findings.end(), [](const ReportedFinding& a, const ReportedFinding& b) {
    return std::tuple(b.severity, a.rule->id) < std::tuple(a.severity, b.rule->id);
  });
  return run;
}

}  // namespace sidecarctl::lint
