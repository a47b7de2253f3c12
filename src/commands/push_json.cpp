// SPDX-License-Identifier: Apache-2.0
#include "commands/push_json.hpp"

#include "util/error_json.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

constexpr std::string_view kSchema = "sidecarctl.push/v1";
constexpr std::string_view kAnonymous = "anonymous";

OrderedJson optional_text(const std::optional<std::string>& text) {
  return text ? OrderedJson(*text) : OrderedJson(nullptr);
}

OrderedJson blob_json(const PushedLayer& blob) {
  return {{"digest", blob.digest.str()},   {"size", blob.size},       {"action", blob.action},
          {"bytes_sent", blob.bytes_sent}, {"retries", blob.retries}, {"milliseconds", blob.milliseconds}};
}

OrderedJson where_json(const lint::Location& where) {
  if (const auto* field = std::get_if<lint::ConfigField>(&where)) return {{"config", field->json_pointer}};
  if (const auto* file = std::get_if<lint::LayerFile>(&where)) {
    return {{"layer", file->layer ? OrderedJson(*file->layer) : OrderedJson(nullptr)}, {"path", file->path}};
  }
  if (const auto* line = std::get_if<lint::SourceLine>(&where)) {
    return {{"file", line->file}, {"line", line->line}, {"column", line->column}};
  }
  return nullptr;
}

OrderedJson finding_json(const lint::ReportedFinding& found) {
  return {{"rule", found.rule->id},
          {"name", found.rule->name},
          {"severity", lint::to_string(found.severity)},
          {"message", found.finding.message},
          {"value", optional_text(found.finding.value)},
          {"where", where_json(found.finding.where)},
          {"fix", found.finding.fix}};
}

Reference written_reference(const PushReport& report, const Reference& destination) {
  return report.tags.empty() ? destination.with_digest(report.digest) : destination.with_tag(report.tags.front());
}

}  // namespace

OrderedJson push_document(const PushReport& report, const PushCircumstances& circumstances) {
  OrderedJson document{{"schema", kSchema}};
  document["reference"] = written_reference(report, circumstances.destination).str();
  document["digest"] = report.digest.str();
  document["media_type"] = report.media_type;
  document["size"] = report.size;
  document["tags"] = report.tags;
  document["source"] = circumstances.source.target;
  document["platform"] = linux_amd64().str();
  document["config"] = blob_json(report.config);
  document["layers"] = OrderedJson::array();
  for (const PushedLayer& layer : report.layers) document["layers"].push_back(blob_json(layer));
  document["already_there"] = report.already_there;
  const bool anonymous = circumstances.auth_source == kAnonymous;
  document["auth"] = {{"from", anonymous ? OrderedJson(nullptr) : OrderedJson(circumstances.auth_source)}};
  document["warnings"] = circumstances.warnings;
  document["milliseconds"] = report.milliseconds;
  if (report.failed_tags.empty()) return document;
  document["failed_tags"] = OrderedJson::array();
  for (const TagFailure& failure : report.failed_tags) {
    document["failed_tags"].push_back({{"tag", failure.tag}, {"error", error_json(failure.error)}});
  }
  document["error"] = error_json(tag_error(report.failed_tags));
  return document;
}

OrderedJson refusal_document(const Error& error, const lint::TargetReport& report) {
  OrderedJson document{{"schema", kSchema}, {"source", report.target}, {"error", error_json(error)}};
  document["findings"] = OrderedJson::array();
  for (const lint::ReportedFinding& found : report.findings) {
    if (!found.suppressed) document["findings"].push_back(finding_json(found));
  }
  return document;
}

Error tag_error(const std::vector<TagFailure>& failures) {
  SIDECARCTL_CHECK(!failures.empty(), "an error about no tag");
  Error error(failures.front().error.kind() == ErrorKind::policy ? ErrorKind::registry : failures.front().error.kind(),
              fmt::format("{} could not be set", plural(failures.size(), "tag")));
  for (const TagFailure& failure : failures)
    error.add_context(fmt::format("{}: {}", failure.tag, failure.error.message()));
  if (failures.front().error.hint()) error.set_hint(*failures.front().error.hint());
  return error;
}

}  // namespace sidecarctl
