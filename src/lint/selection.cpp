// SPDX-License-Identifier: Apache-2.0
#include "lint/selection.hpp"

#include "util/strings.hpp"
#include "util/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sidecarctl::lint {

namespace {

/// "ID=TEXT" taken apart; without "=" the text is "".
std::pair<const Rule*, std::string> split_option(std::string_view option) {
  const std::size_t equals = option.find('=');
  const Rule& rule = require_rule(trim(option.substr(0, equals)));
  return {&rule, equals == std::string_view::npos ? "" : std::string(trim(option.substr(equals + 1)))};
}

void add_ignored(std::string_view option, RuleSelection& selection) {
  const auto [rule, reason] = split_option(option);
  if (rule->origin == Origin::requirement && reason.empty()) {
    throw Error(
        ErrorKind::usage,
        fmt::format("{} {} is a requirement of the platform: it is ignored only with a reason", rule->id, rule->name),
        fmt::format("say why it is right here: --ignore {}='the reason'", rule->id));
  }
  selection.ignored[std::string(rule->id)] = reason;
}

void add_severity(std::string_view option, RuleSelection& selection) {
  const auto [rule, text] = split_option(option);
  const auto level = parse_severity(text);
  if (!level) {
    throw Error(
        ErrorKind::usage,
        fmt::format("'{}' is no severity for {}{}", text, rule->id, did_you_mean(text, {"error", "warning", "info"})),
        fmt::format("write --severity {}=error, warning or info", rule->id));
  }
  if (rule->origin == Origin::requirement && *level < rule->severity) {
    throw Error(
        ErrorKind::usage,
        fmt::format("{} {} is a requirement of the platform: it cannot be lowered to {}", rule->id, rule->name,
                    to_string(*level)),
        fmt::format("if it does not apply to this image, ignore it with a reason: --ignore {}='the reason'", rule->id));
  }
  selection.severity[std::string(rule->id)] = *level;
}

}  // namespace

RuleSelection parse_selection(const SelectionRequest& request) {
  RuleSelection selection;
  for (const std::string& option : request.only) {
    for (const std::string& word : split(option, ',')) {
      selection.only.emplace_back(require_rule(trim(word)).id);
    }
  }
  for (const std::string& option : request.ignore) add_ignored(option, selection);
  for (const std::string& option : request.severity) add_severity(option, selection);
  return selection;
}

std::vector<const Rule*> select_rules(const RuleSelection& selection) {
  std::vector<const Rule*> rules;
  for (const Rule* rule : all_rules()) {
    const bool wanted = selection.only.empty() ||
                        std::find(selection.only.begin(), selection.only.end(), rule->id) != selection.only.end();
    const bool chosen = !selection.requirements_only || rule->origin == Origin::requirement ||
                        std::ranges::find(selection.also, rule->id) != selection.also.end();
    if (wanted && chosen) rules.push_back(rule);
  }
  // The table is by id already.
  std::stable_sort(rules.begin(), rules.end(), [](const Rule* a, const Rule* b) { return a->needs < b->needs; });
  return rules;
}

Severity effective_severity(const Rule& rule, const RuleSelection& selection) {
  const auto at = selection.severity.find(std::string(rule.id));
  return at == selection.severity.end() ? rule.severity : at->second;
}

Severity effective_severity(const Rule& rule, const Finding& finding, const RuleSelection& selection) {
  const Severity own = finding.severity.value_or(rule.severity);
  const Severity level = effective_severity(rule, selection);
  if (level > rule.severity) return own < rule.severity ? own : std::max(own, level);
  if (level == rule.severity && !selection.severity.contains(std::string(rule.id))) return own;
  return rule.origin == Origin::requirement ? own : std::min(own, level);
}

}  // namespace sidecarctl::lint
