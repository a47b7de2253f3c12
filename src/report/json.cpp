// SPDX-License-Identifier: Apache-2.0
#include "util/json.hpp"

#include "report/formats.hpp"
#include "util/error_json.hpp"
#include "util/version.hpp"

namespace sidecarctl {

namespace {

using lint::TargetReport;

template <class Value>
OrderedJson or_null(const std::optional<Value>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson where_of(const lint::Location& where) {
  OrderedJson json = nullptr;
  if (const auto* line = std::get_if<lint::SourceLine>(&where)) {
    json = {{"file", line->file}, {"line", line->line}, {"column", line->column}};
  } else if (const auto* field = std::get_if<lint::ConfigField>(&where)) {
    json = {{"config", field->json_pointer}};
  } else if (const auto* file = std::get_if<lint::LayerFile>(&where)) {
    json = {{"layer", or_null(file->layer)}, {"path", file->path}};
  }
  return json;
}

OrderedJson finding_of(const lint::ReportedFinding& reported) {
  OrderedJson suppressed = nullptr;
  if (reported.suppressed) {
    suppressed = {{"reason", reported.suppressed->reason}, {"until", or_null(reported.suppressed->until)}};
  }
  return {{"rule", reported.rule->id},
          {"name", reported.rule->name},
          {"severity", to_string(reported.severity)},
          {"message", reported.finding.message},
          {"value", or_null(reported.finding.value)},
          {"where", where_of(reported.finding.where)},
          {"fix", reported.finding.fix},
          {"suppressed", std::move(suppressed)}};
}

OrderedJson summary_of(const TargetReport& report) {
  return {{"error", report.count(lint::Severity::error)},
          {"warning", report.count(lint::Severity::warning)},
          {"info", report.count(lint::Severity::info)},
          {"unknown", report.unknown_count()}};
}

OrderedJson stats_of(const lint::LintStats& stats) {
  return {{"layers", stats.layers},
          {"layers_read", stats.layers_read},
          {"bytes_read", stats.bytes_read},
          {"milliseconds", stats.milliseconds}};
}

OrderedJson target_of(const TargetReport& report) {
  OrderedJson json;
  json["target"] = report.target;
  json["source"] = report.source.empty() ? OrderedJson(nullptr) : OrderedJson(report.source);
  json["digest"] = report.digest ? OrderedJson(report.digest->str()) : OrderedJson(nullptr);
  json["platform"] = report.platform ? OrderedJson(report.platform->str()) : OrderedJson(nullptr);
  if (report.error) {
    json["error"] = error_json(*report.error);
  } else {
    json["profile"] = {{"name", to_string(report.profile.name)}, {"reason", report.profile.reason}};
    json["findings"] = OrderedJson::array();
    for (const lint::ReportedFinding& finding : report.findings) json["findings"].push_back(finding_of(finding));
    json["verdicts"] = OrderedJson::array();
    for (const lint::RuleVerdict& verdict : report.verdicts) {
      json["verdicts"].push_back(
          {{"rule", verdict.rule->id}, {"verdict", to_string(verdict.kind)}, {"reason", or_null(verdict.reason)}});
    }
    json["summary"] = summary_of(report);
  }
  json["stats"] = stats_of(report.stats);
  return json;
}

}  // namespace

void write_lint_json(std::ostream& out, const std::vector<TargetReport>& reports, const ReportStyle&) {
  OrderedJson document;
  document["schema"] = "sidecarctl.lint/v1";
  document["version"] = version();
  document["targets"] = OrderedJson::array();
  for (const TargetReport& report : reports) document["targets"].push_back(target_of(report));
  out << dump_json_pretty(document) << "\n";
}

}  // namespace sidecarctl
