// SPDX-License-Identifier: Apache-2.0
#include "image/types.hpp"

#include "util/error.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sidecarctl {

namespace {

// OCI descriptors point at things that can be fetched: 8 EiB is not one of them.
constexpr std::uint64_t kMaxBlobSize = 1ULL << 50U;
constexpr std::size_t kMaxHistory = 10000;

/// containerd platforms/database.go normalizeArch: the same machine under its other names.
std::string normalized_architecture(const std::string& architecture) {
  const std::string lower = to_lower(architecture);
  if (lower.empty() || lower == "x86_64" || lower == "x86-64") return "amd64";
  if (lower == "aarch64") return "arm64";
  return lower;
}

bool is_plain_variant(const Platform& platform) {
  return platform.variant.empty() ||
         (normalized_architecture(platform.architecture) == "amd64" && platform.variant == "v1");
}

Platform read_platform(const JsonReader& json) {
  return Platform{json.string_or("os", ""), json.string_or("architecture", ""), json.string_or("variant", "")};
}

Digest read_digest(const JsonReader& json) {
  const std::string text = json.string();
  try {
    return Digest::parse(text);
  } catch (const ParseError& error) {
    json.fail(fmt::format("is no digest: {}", error.message()));
  }
}

Descriptor read_descriptor(const JsonReader& json) {
  const JsonReader size = json.at("size");
  Descriptor result{
      json.string_or("mediaType", ""), read_digest(json.at("digest")), size.unsigned_number(), {}, {}, {}, {}};
  if (result.size > kMaxBlobSize) size.fail(fmt::format("is {}, more than a blob can have", result.size));
  if (const auto platform = json.find("platform")) result.platform = read_platform(*platform);
  for (auto& [key, value] : json.string_map("annotations"))
    result.annotations.emplace(std::move(key), std::move(value));
  result.urls = json.strings("urls");
  result.artifact_type = json.string_or("artifactType", "");
  return result;
}

std::vector<Descriptor> read_descriptors(const JsonReader& document, const std::string& key, std::size_t limit) {
  std::vector<Descriptor> result;
  const auto list = document.find(key);
  if (!list) return result;
  const auto items = list->array();
  if (items.size() > limit) list->fail(fmt::format("has {} entries, the limit is {}", items.size(), limit));
  result.reserve(items.size());
  for (const JsonReader& item : items) result.push_back(read_descriptor(item));
  return result;
}

void check_size(std::string_view bytes, std::uint64_t limit, std::string_view what) {
  if (bytes.size() > limit) {
    throw Error(ErrorKind::corrupt, fmt::format("{} has {} bytes, the limit is {}", what, bytes.size(), limit));
  }
}

void read_container_config(const JsonReader& json, ImageConfig& config) {
  config.user = json.string_or("User", "");
  config.entrypoint = json.strings("Entrypoint");
  config.cmd = json.strings("Cmd");
  config.env = json.strings("Env");
  config.shell = json.strings("Shell");
  config.exposed_ports = json.keys("ExposedPorts");
  config.volumes = json.keys("Volumes");
  config.working_dir = json.string_or("WorkingDir", "");
  config.stop_signal = json.string_or("StopSignal", "");
  config.on_build = json.strings("OnBuild");
  for (auto& [key, value] : json.string_map("Labels")) config.labels.emplace(std::move(key), std::move(value));
  if (const auto healthcheck = json.find("Healthcheck")) config.healthcheck = healthcheck->strings("Test");
}

void read_history(const JsonReader& list, ImageConfig& config) {
  const auto items = list.array();
  if (items.size() > kMaxHistory) list.fail(fmt::format("has {} entries, the limit is {}", items.size(), kMaxHistory));
  for (const JsonReader& item : items) {
    const auto empty = item.find("empty_layer");
    config.history.push_back(
        HistoryEntry{item.string_or("created_by", ""), item.string_or("comment", ""), empty && empty->boolean()});
  }
}

}  // namespace

Platform Platform::parse(std::string_view text) {
  const auto parts = split(text, '/');
  const bool has_empty = std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); });
  if (parts.size() < 2 || parts.size() > 3 || has_empty) {
    throw ParseError(fmt::format("'{}' is not a platform like linux/amd64", shorten(escape_text(text), 100)), 0,
                     ErrorKind::usage);
  }
  return Platform{parts[0], parts[1], parts.size() == 3 ? parts[2] : ""};
}

bool Platform::satisfies(const Platform& wanted) const noexcept {
  if (!wanted.os.empty() && to_lower(os) != wanted.os) return false;
  if (!wanted.architecture.empty() &&
      normalized_architecture(architecture) != normalized_architecture(wanted.architecture))
    return false;
  return wanted.variant.empty() ? is_plain_variant(*this) || normalized_architecture(wanted.architecture) != "amd64"
                                : variant == wanted.variant;
}

std::string Platform::str() const {
  const auto shown = [](const std::string& part) { return part.empty() ? std::string("unknown") : part; };
  return shown(os) + "/" + shown(architecture) + (variant.empty() ? "" : "/" + variant);
}

Platform linux_amd64() {
  return Platform{"linux", "amd64", ""};
}

std::optional<std::string> ImageConfig::environment(std::string_view name) const {
  for (auto entry = env.rbegin(); entry != env.rend(); ++entry) {
    const std::size_t equals = entry->find('=');
    if (equals != std::string::npos && std::string_view(*entry).substr(0, equals) == name)
      return entry->substr(equals + 1);
  }
  return std::nullopt;
}

std::vector<std::string> ImageConfig::argv() const {
  std::vector<std::string> result = entrypoint;
  result.insert(result.end(), cmd.begin(), cmd.end());
  return result;
}

std::string ImageConfig::layer_command(std::size_t index) const {
  std::size_t layer = 0;
  for (const HistoryEntry& entry : history) {
    if (entry.empty_layer) continue;
    if (layer++ == index) return entry.created_by;
  }
  return {};
}

ManifestKind manifest_kind(const RawManifest& manifest) {
  std::string type = manifest.media_type;
  const Json document = parse_json(manifest.bytes, "the manifest");
  const JsonReader json(document, "the manifest");
  if (!json.is_object()) return ManifestKind::other;
  // The bytes outrank what a server or index says about them.
  if (auto own = json.optional_string("mediaType")) type = *own;
  if (type == media_type::oci_index || type == media_type::docker_list) return ManifestKind::index;
  if (type == media_type::oci_manifest || type == media_type::docker_manifest) return ManifestKind::image;
  if (type == media_type::docker_schema1 || type == media_type::docker_schema1_signed) return ManifestKind::schema1;
  const auto version = json.find("schemaVersion");
  if (version && version->json() == 1) return ManifestKind::schema1;
  if (json.find("config") && json.find("layers")) return ManifestKind::image;
  return json.find("manifests") ? ManifestKind::index : ManifestKind::other;
}

ManifestClaims manifest_claims(const RawManifest& manifest) {
  const Json document = parse_json(manifest.bytes, "the manifest");
  const JsonReader json(document, "the manifest");
  if (!json.is_object()) return {};
  return {json.string_or("mediaType", ""), json.find("manifests").has_value()};
}

Manifest parse_manifest(const RawManifest& manifest) {
  check_size(manifest.bytes, kMaxManifestSize, "the manifest");
  const Json document = parse_json(manifest.bytes, "the manifest");
  const JsonReader json(document, "the manifest");
  Manifest result{json.string_or("mediaType", manifest.media_type),
                  read_descriptor(json.at("config")),
                  read_descriptors(json, "layers", kMaxLayers),
                  {},
                  json.string_or("artifactType", "")};
  if (result.media_type.empty()) result.media_type = media_type::oci_manifest;
  for (auto& [key, value] : json.string_map("annotations"))
    result.annotations.emplace(std::move(key), std::move(value));
  return result;
}

Index parse_index(const RawManifest& manifest) {
  check_size(manifest.bytes, kMaxManifestSize, "the image index");
  const Json document = parse_json(manifest.bytes, "the image index");
  const JsonReader json(document, "the image index");
  return Index{json.string_or("mediaType", manifest.media_type), read_descriptors(json, "manifests", kMaxIndexEntries)};
}

ImageConfig parse_config(std::string_view text) {
  check_size(text, kMaxConfigSize, "the image config");
  const Json document = parse_json(text, "the image config");
  const JsonReader json(document, "the image config");
  ImageConfig config;
  config.platform = read_platform(json);
  config.has_os = !config.platform.os.empty();
  config.has_architecture = !config.platform.architecture.empty();
  config.created = json.string_or("created", "");
  config.author = json.string_or("author", "");
  if (const auto container = json.find("config")) read_container_config(*container, config);
  if (const auto rootfs = json.find("rootfs")) {
    if (const auto list = rootfs->find("diff_ids")) {
      const auto items = list->array();
      if (items.size() > kMaxLayers)
        list->fail(fmt::format("has {} entries, the limit is {}", items.size(), kMaxLayers));
      for (const JsonReader& item : items) config.diff_ids.push_back(read_digest(item));
    }
  }
  if (const auto history = json.find("history")) read_history(*history, config);
  return config;
}

bool is_image_config_type(std::string_view type) noexcept {
  return type == media_type::oci_config || type == media_type::docker_config;
}

bool is_attestation(const Descriptor& descriptor) noexcept {
  if (descriptor.annotations.contains("vnd.docker.reference.type")) return true;
  return descriptor.platform && descriptor.platform->os == "unknown" && descriptor.platform->architecture == "unknown";
}

bool is_foreign_layer(const Descriptor& descriptor) noexcept {
  return !descriptor.urls.empty() || descriptor.media_type.find(".foreign.") != std::string::npos ||
         descriptor.media_type.find("nondistributable") != std::string::npos;
}

}  // namespace sidecarctl
