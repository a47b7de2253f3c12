// SPDX-License-Identifier: Apache-2.0
#include "commands/inspect_report.hpp"
#include "lint/mask_secrets.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <numeric>
#include <ostream>

namespace sidecarctl {

namespace {

constexpr std::size_t kMaxCommand = 160;  // The rest of a long RUN is in --config.
constexpr std::size_t kMaxValue = 2000;

std::string shown(std::string_view text) {
  return shorten(escape_text(text), kMaxValue);
}

/// Lines "key         value"; further values of a key stand below the first.
class Lines {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}

  void add(std::string_view key, std::string_view value) { out_ << fmt::format("{:<14}{}\n", key, value); }
  void add_if(std::string_view key, const std::string& value) {
    if (!value.empty()) add(key, shown(value));
  }
  void add_list(std::string_view key, const std::vector<std::string>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) add(i == 0 ? key : "", values[i]);
  }
  void indented(std::string_view text) { out_ << "  " << text << "\n"; }

 private:
  std::ostream& out_;
};

/// As a JSON array: word borders stay visible.
std::string words(const std::vector<std::string>& list) {
  Json array = Json::array();
  for (const std::string& word : lint::mask_words(list)) array.push_back(word);
  return shown(dump_json(array));
}

std::vector<std::string> shown_all(const std::vector<std::string>& list) {
  std::vector<std::string> result;
  for (const std::string& item : list) result.push_back(shown(item));
  return result;
}

std::vector<std::string> environment_lines(const InspectReport& report) {
  std::vector<std::string> result;
  for (const EnvironmentEntry& entry : report.environment) {
    std::string line = shown(entry.name);
    if (entry.value) {
      line += "=" + shown(*entry.value);
    } else if (!entry.masked) {
      line += " (no \"=\")";
    } else if (entry.name != lint::kHidden) {  // What is hidden may be all of an entry without '='.
      line += "=" + std::string(lint::kHidden);
    }
    result.push_back(std::move(line));
  }
  return result;
}

std::vector<std::string> label_lines(const ImageConfig& config) {
  std::vector<std::string> result;
  for (const auto& [key, value] : config.labels) result.push_back(shown(key + "=" + lint::mask_label(key, value)));
  return result;
}

void write_config(const InspectReport& report, Lines& lines) {
  const ImageConfig& config = *report.config;
  lines.add("platform", shown(config.platform.str()));
  lines.add_if("created", config.created);
  lines.add("user", config.user.empty() ? "(not set: root)" : shown(config.user));
  lines.add("entrypoint", config.entrypoint.empty() ? "(none)" : words(config.entrypoint));
  if (!config.cmd.empty()) lines.add("cmd", words(config.cmd));
  lines.add_if("working dir", config.working_dir);
  lines.add_list("ports", shown_all(config.exposed_ports));
  lines.add_list("volumes", shown_all(config.volumes));
  lines.add_if("stop signal", config.stop_signal);
  if (!config.healthcheck.empty()) lines.add("healthcheck", words(config.healthcheck));
  lines.add_list("env", environment_lines(report));
  lines.add_list("labels", label_lines(config));
}

void write_layers(const InspectReport& report, Lines& lines) {
  std::uint64_t total = 0;
  for (const InspectedLayer& layer : report.layers) total += layer.size.value_or(0);
  lines.add("layers", fmt::format("{}, {}", report.layers.size(), human_size(total)));
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const InspectedLayer& layer = report.layers[i];
    lines.indented(fmt::format("{:>3}  {:<12}  {:>9}  {}", i, layer.digest ? layer.digest->short_hex() : "",
                               layer.size ? human_size(*layer.size) : "",
                               shorten(escape_text(layer.command), kMaxCommand)));
  }
}

void write_shared(const InspectReport& report, Lines& lines) {
  if (report.error) {
    lines.add("shared", fmt::format("(unknown: {})", shown(report.error->message())));
    return;
  }
  if (!report.shared) return;
  lines.add("shared",
            report.shared->empty() ? fmt::format("(no folder in {})", kSharedVolumes) : std::string(kSharedVolumes));
  for (const SharedFolder& folder : *report.shared) {
    const bool there = folder.kind != "missing" && folder.kind != "link loop";
    const std::string owner = there ? fmt::format("{:04o}  {}:{}", folder.mode, folder.uid, folder.gid) : "";
    lines.indented(fmt::format("{:<20}  {:<9}  {}{}", shown(folder.name), folder.kind, owner,
                               folder.link.empty() ? "" : fmt::format("  -> {}", shown(folder.link))));
  }
  if (report.shared_cut) lines.indented("and more");
}

void write_index(const Resolution& resolution, Lines& lines) {
  if (resolution.entries.empty()) return;
  lines.add("index", resolution.root.digest().str());
  for (const Descriptor& entry : resolution.entries) {
    const bool chosen = resolution.chosen && resolution.chosen->digest == entry.digest;
    const std::string platform = is_attestation(entry) ? "attestation"
                                 : entry.platform      ? entry.platform->str()
                                                       : "(no platform)";
    lines.indented(fmt::format("{} {:<16}  {}  {:>9}", chosen ? "*" : " ", shown(platform), entry.digest.str(),
                               human_size(entry.size)));
  }
}

}  // namespace

void write_inspect_text(const InspectReport& report, std::ostream& out) {
  Lines lines(out);
  lines.add("reference", shown(report.source.target));
  if (report.source.name) lines.add("name", shown(*report.source.name));
  lines.add_list("also", shown_all(report.source.other_names));
  if (report.digest) {
    lines.add("digest", report.digest->str());
  } else if (report.config) {
    lines.add("digest", "(none here: a push makes the manifest)");
  }
  if (report.config_digest) lines.add("config", report.config_digest->str());
  if (report.resolution) {
    const RawManifest& manifest = report.config ? report.resolution->manifest : report.resolution->root;
    if (!manifest.made_here) lines.add_if("media type", manifest.media_type);
  }
  lines.add_if("no image", why_not_run(report));
  if (report.config) {
    write_config(report, lines);
    write_layers(report, lines);
    write_shared(report, lines);
  }
  if (report.resolution) write_index(*report.resolution, lines);
}

}  // namespace sidecarctl
