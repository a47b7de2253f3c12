// SPDX-License-Identifier: Apache-2.0
#include "commands/inspect_report.hpp"

#include "image/layered_files.hpp"
#include "image/path_resolver.hpp"
#include "lint/mask_secrets.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl {

namespace {

std::string_view kind_of(FileType type) {
  switch (type) {
    case FileType::file: return "file";
    case FileType::directory: return "directory";
    case FileType::symlink: return "link";
    case FileType::character_device: return "character device";
    case FileType::block_device: return "block device";
    case FileType::fifo: return "fifo";
    case FileType::other: return "other";
  }
  return "other";
}

std::string_view kind_of(const Resolved& resolved) {
  switch (resolved.outcome) {
    case Resolved::Outcome::found: return kind_of(resolved.node.type);
    case Resolved::Outcome::missing: return "missing";
    case Resolved::Outcome::loop: return "link loop";
    case Resolved::Outcome::not_a_directory: return "missing";
  }
  return "missing";
}

SharedFolder look_at_shared(ImageFiles& files, const std::string& name, const std::string& folder) {
  const std::string path = folder + "/" + name;
  const Resolved resolved = resolve(files, path);
  SharedFolder result{
      name, std::string(kind_of(resolved)), "", resolved.node.mode, resolved.node.uid, resolved.node.gid};
  if (const auto node = files.find(path); node && node->is_symlink()) result.link = node->link_target;
  return result;
}

void find_shared(ImageFiles& files, InspectReport& report) {
  auto& shared = report.shared.emplace();
  const Resolved folder = resolve(files, kSharedVolumes);
  if (!folder.found() || !folder.node.is_directory()) return;
  std::vector<std::string> names = files.list(folder.path);
  report.shared_cut = names.size() > InspectReport::kMaxShared;
  if (report.shared_cut) names.resize(InspectReport::kMaxShared);
  for (const std::string& name : names) shared.push_back(look_at_shared(files, name, folder.path));
}

/// Damage in a layer takes only the folders from the report: the rest stands.
void find_shared_or_fail(ImageFiles& files, InspectReport& report) {
  try {
    find_shared(files, report);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    report.shared.reset();
    report.error = error;
    report.error->add_context(fmt::format("while looking for folders in {}", kSharedVolumes));
  }
}

void take_config(InspectReport& report, const ImageConfig& config) {
  report.config = config;
  for (const std::string& entry : config.env) {
    const std::string shown = lint::mask_environment(entry);
    const std::size_t equals = shown.find('=');
    EnvironmentEntry item{shown.substr(0, equals), std::nullopt, shown != entry};
    if (equals != std::string::npos && !item.masked) item.value = shown.substr(equals + 1);
    report.environment.push_back(std::move(item));
  }
  for (std::size_t i = 0; i < report.layers.size(); ++i)
    report.layers[i].command = lint::mask_secrets(config.layer_command(i));
}

void inspect_engine(EngineView view, const InspectOptions& options, InspectReport& report) {
  report.config_digest = view.config_digest;
  const std::size_t count = std::max(view.layer_sizes.size(), view.config.diff_ids.size());
  for (std::size_t i = 0; i < count; ++i) {
    InspectedLayer layer;
    if (i < view.layer_sizes.size()) layer.size = view.layer_sizes[i];
    report.layers.push_back(std::move(layer));
  }
  take_config(report, view.config);
  if (options.files && view.files) find_shared_or_fail(*view.files, report);
}

void inspect_blobs(std::shared_ptr<ImageSource> source, const InspectOptions& options, InspectReport& report) {
  report.resolution = resolve_image(*source, linux_amd64());
  if (report.resolution->outcome != Resolution::Outcome::image) return;
  const Image image(std::move(source), *report.resolution);
  if (!image.raw_manifest().made_here) report.digest = image.digest();
  report.config_digest = image.manifest().config.digest;
  for (const Descriptor& layer : image.manifest().layers) {
    report.layers.push_back(InspectedLayer{layer.digest, layer.size, layer.media_type, ""});
  }
  take_config(report, image.config());
  if (!options.files) return;
  const auto files = open_layered_files(image, LayeredFilesOptions{options.cache});
  find_shared_or_fail(*files, report);
}

}  // namespace

std::string why_not_run(const InspectReport& report) {
  if (report.resolution && !report.resolution->reason.empty()) return report.resolution->reason;
  if (!report.config) return "";
  const Platform& platform = report.config->platform;
  if (Platform{platform.os, platform.architecture, ""}.satisfies(linux_amd64())) return "";
  return fmt::format("it is for {}, not for linux/amd64", platform.str());
}

InspectReport inspect_image(std::shared_ptr<ImageSource> source, const InspectOptions& options) {
  InspectReport report;
  report.source = source->info();
  if (auto view = source->engine_view()) {
    inspect_engine(std::move(*view), options, report);
  } else {
    inspect_blobs(std::move(source), options, report);
  }
  return report;
}

}  // namespace sidecarctl
