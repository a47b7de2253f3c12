// SPDX-License-Identifier: Apache-2.0
#include "commands/inspect_report.hpp"
#include "lint/mask_secrets.hpp"
#include "util/error_json.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

template <class Value>
OrderedJson or_null(const std::optional<Value>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson or_null(const std::optional<Digest>& digest) {
  return digest ? OrderedJson(digest->str()) : OrderedJson(nullptr);
}

OrderedJson text_or_null(const std::string& text) {
  return text.empty() ? OrderedJson(nullptr) : OrderedJson(text);
}

OrderedJson words(const std::vector<std::string>& list) {
  return OrderedJson(lint::mask_words(list));
}

OrderedJson environment_json(const InspectReport& report) {
  OrderedJson array = OrderedJson::array();
  for (const EnvironmentEntry& entry : report.environment) {
    array.push_back({{"name", entry.name}, {"value", or_null(entry.value)}, {"masked", entry.masked}});
  }
  return array;
}

OrderedJson labels_json(const ImageConfig& config) {
  OrderedJson object = OrderedJson::object();
  for (const auto& [key, value] : config.labels) object[key] = lint::mask_label(key, value);
  return object;
}

OrderedJson config_json(const InspectReport& report) {
  if (!report.config) return nullptr;
  const ImageConfig& config = *report.config;
  return {{"digest", or_null(report.config_digest)},
          {"created", text_or_null(config.created)},
          {"user", config.user},
          {"entrypoint", words(config.entrypoint)},
          {"cmd", words(config.cmd)},
          {"working_dir", config.working_dir},
          {"env", environment_json(report)},
          {"ports", config.exposed_ports},
          {"volumes", config.volumes},
          {"labels", labels_json(config)},
          {"stop_signal", text_or_null(config.stop_signal)},
          {"healthcheck", words(config.healthcheck)}};
}

OrderedJson layers_json(const InspectReport& report) {
  OrderedJson array = OrderedJson::array();
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const InspectedLayer& layer = report.layers[i];
    array.push_back({{"layer", i},
                     {"digest", or_null(layer.digest)},
                     {"size", or_null(layer.size)},
                     {"media_type", text_or_null(layer.media_type)},
                     {"command", text_or_null(layer.command)}});
  }
  return array;
}

OrderedJson shared_json(const InspectReport& report) {
  if (!report.shared) return nullptr;
  OrderedJson folders = OrderedJson::array();
  for (const SharedFolder& folder : *report.shared) {
    const bool there = folder.kind != "missing" && folder.kind != "link loop";
    folders.push_back({{"name", folder.name},
                       {"kind", folder.kind},
                       {"link", text_or_null(folder.link)},
                       {"mode", there ? OrderedJson(fmt::format("{:04o}", folder.mode)) : OrderedJson(nullptr)},
                       {"uid", there ? OrderedJson(folder.uid) : OrderedJson(nullptr)},
                       {"gid", there ? OrderedJson(folder.gid) : OrderedJson(nullptr)}});
  }
  return {{"path", kSharedVolumes}, {"folders", folders}, {"complete", !report.shared_cut}};
}

OrderedJson index_json(const InspectReport& report) {
  if (!report.resolution || report.resolution->entries.empty()) return nullptr;
  const Resolution& resolution = *report.resolution;
  OrderedJson entries = OrderedJson::array();
  for (const Descriptor& entry : resolution.entries) {
    entries.push_back({{"digest", entry.digest.str()},
                       {"size", entry.size},
                       {"media_type", text_or_null(entry.media_type)},
                       {"platform", entry.platform ? OrderedJson(entry.platform->str()) : OrderedJson(nullptr)},
                       {"attestation", is_attestation(entry)},
                       {"chosen", resolution.chosen && resolution.chosen->digest == entry.digest}});
  }
  return {{"digest", resolution.root.digest().str()}, {"media_type", resolution.root.media_type}, {"entries", entries}};
}

}  // namespace

OrderedJson inspect_document(const InspectReport& report) {
  const bool has_manifest = report.resolution && report.config && report.digest;
  OrderedJson document{
      {"schema", "sidecarctl.inspect/v1"},
      {"target", report.source.target},
      {"source", report.source.transport},
      {"name", or_null(report.source.name)},
      {"other_names", report.source.other_names},
      {"digest", or_null(report.digest)},
      {"media_type", has_manifest ? text_or_null(report.resolution->manifest.media_type) : OrderedJson(nullptr)},
      {"platform", report.config ? OrderedJson(report.config->platform.str()) : OrderedJson(nullptr)},
      {"config", config_json(report)},
      {"layers", layers_json(report)},
      {"shared_volumes", shared_json(report)},
      {"index", index_json(report)},
      {"reason", text_or_null(why_not_run(report))}};
  if (report.error) document["error"] = error_json(*report.error);
  return document;
}

}  // namespace sidecarctl
