// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"

#include "lint/engine.hpp"
#include "util/embedded_text.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"

namespace sidecarctl::lint {

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "bug";
}

std::string_view to_string(Origin origin) noexcept {
  switch (origin) {
    case Origin::requirement: return "requirement";
    case Origin::sample: return "sample";
    case Origin::runtime: return "runtime";
    case Origin::practice: return "practice";
  }
  return "bug";
}

std::optional<Severity> parse_severity(std::string_view text) noexcept {
  for (const Severity severity : {Severity::info, Severity::warning, Severity::error}) {
    if (equals_ignore_case(text, to_string(severity))) return severity;
  }
  return std::nullopt;
}

const Rule* find_rule(std::string_view id_or_name) {
  for (const Rule* rule : all_rules()) {
    if (equals_ignore_case(id_or_name, rule->id) || equals_ignore_case(id_or_name, rule->name)) return rule;
  }
  return nullptr;
}

const Rule& require_rule(std::string_view id_or_name) {
  if (const Rule* rule = find_rule(id_or_name)) return *rule;
  std::vector<std::string> known;
  for (const Rule* rule : all_rules()) {
    known.emplace_back(rule->id);
    known.emplace_back(rule->name);
  }
  throw Error(ErrorKind::usage, "there is no rule '" + std::string(id_or_name) + "'" + did_you_mean(id_or_name, known),
              "'sidecarctl explain' lists all rules");
}

std::string_view rule_page(const Rule& rule) {
  const std::string name = std::string(rule.id) + "-" + std::string(rule.name);
  for (const EmbeddedText& page : rule_pages()) {
    if (page.name == name) return page.text;
  }
  return {};
}

}  // namespace sidecarctl::lint
