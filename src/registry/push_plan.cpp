// SPDX-License-Identifier: Apache-2.0
#include "registry/push_plan.hpp"

#include "util/json.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace sidecarctl {

namespace {

using ManifestFormat = PushOptions::ManifestFormat;

struct TypePair {
  std::string_view oci, docker;
};
/// image-spec "Compatibility Matrix"; the zstd type of docker is containerd's.
constexpr std::string_view kDockerLayerZstd = "application/vnd.docker.image.rootfs.diff.tar.zstd";
constexpr TypePair kLayerTypes[] = {
    {media_type::oci_layer, media_type::docker_layer},
    {media_type::oci_layer_gzip, media_type::docker_layer_gzip},
    {media_type::oci_layer_zstd, kDockerLayerZstd},
    {"application/vnd.oci.image.layer.nondistributable.v1.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar"},
    {"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
     "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"},
};

bool is_plain_tar(std::string_view type) {
  return type == media_type::oci_layer || type == media_type::docker_layer;
}

ManifestFormat format_of(std::string_view manifest_type) {
  return manifest_type == media_type::docker_manifest ? ManifestFormat::docker : ManifestFormat::oci;
}

std::string_view manifest_type(ManifestFormat format) {
  return format == ManifestFormat::oci ? media_type::oci_manifest : media_type::docker_manifest;
}

std::string_view config_type(ManifestFormat format) {
  return format == ManifestFormat::oci ? media_type::oci_config : media_type::docker_config;
}

std::string compressed_type(const LayerCompressor& compressor, ManifestFormat format) {
  if (compressor.method() == LayerCompressor::Method::zstd) return std::string(media_type::oci_layer_zstd);
  return std::string(format == ManifestFormat::oci ? media_type::oci_layer_gzip : media_type::docker_layer_gzip);
}

bool must_compress(const Image& image, const Descriptor& layer) {
  return image.info().uncompressed_layers_are_normal && is_plain_tar(layer.media_type) && !is_foreign_layer(layer);
}

/// Settles PushPlan::keep_manifest and format.
void choose_format(PushPlan& plan, const Image& image, const PushOptions& options) {
  const auto& layers = image.manifest().layers;
  const bool compresses =
      std::any_of(layers.begin(), layers.end(), [&](const Descriptor& layer) { return must_compress(image, layer); });
  const bool zstd = compresses && options.compressor.method() == LayerCompressor::Method::zstd;
  if (zstd && options.manifest == ManifestFormat::docker) {
    throw Error(ErrorKind::usage, "a docker manifest has no zstd layers", "use --manifest oci, or --compression gzip");
  }
  const ManifestFormat stored = format_of(image.manifest().media_type);
  plan.format = options.manifest;
  if (options.manifest == ManifestFormat::keep) {
    plan.format = !compresses ? stored : zstd ? ManifestFormat::oci : ManifestFormat::docker;
  }
  plan.keep_manifest = !compresses && plan.format == stored;
}

/// For a plain tar the digest of what is stored is the diff_id: so verifying the one while reading verifies the other.
void check_diff_id(const Image& image, std::size_t index) {
  const auto& diff_ids = image.config().diff_ids;
  const auto& layers = image.manifest().layers;
  if (diff_ids.size() != layers.size()) {
    throw Error(ErrorKind::corrupt, fmt::format("the image has {}, but its config has {} in rootfs.diff_ids",
                                                plural(layers.size(), "layer"), plural(diff_ids.size(), "digest")));
  }
  if (diff_ids[index] == layers[index].digest) return;
  throw Error(ErrorKind::corrupt, fmt::format("layer {} is '{}', but the config says '{}' in rootfs.diff_ids", index,
                                              layers[index].digest.str(), diff_ids[index].str()));
}

std::string target_type(const PushPlan& plan, const Descriptor& layer, std::size_t index) {
  if (plan.keep_manifest) return layer.media_type;
  if (auto type = convert_layer_type(layer.media_type, plan.format)) return *type;
  throw Error(ErrorKind::usage,
              fmt::format("layer {} has the media type '{}', which a {} manifest cannot have", index,
                          shorten(layer.media_type, 200), plan.format == ManifestFormat::oci ? "OCI" : "docker"),
              "use --manifest keep");
}

BlobPlan plan_layer(const PushPlan& plan, const Image& image, const PushOptions& options, std::size_t index) {
  const auto& layers = image.manifest().layers;
  BlobPlan blob(BlobPlan::Kind::stored, layers[index]);
  blob.what = fmt::format("layer {} of {} ({})", index + 1, layers.size(), layers[index].digest.short_hex());
  if (must_compress(image, layers[index])) {
    check_diff_id(image, index);
    blob.kind = BlobPlan::Kind::compressed;
    blob.target_type = compressed_type(options.compressor, plan.format);
    return blob;
  }
  blob.target_type = target_type(plan, layers[index], index);
  blob.target = layers[index];
  blob.target->media_type = blob.target_type;
  return blob;
}

void apply_hint(BlobPlan& blob, const PushOptions& options, const CompressionCache& cache) {
  if (blob.kind != BlobPlan::Kind::compressed) return;
  const auto known = cache.find(blob.source.digest, options.compressor.id());
  if (!known) return;
  blob.set_target(known->digest, known->size);
  blob.target_is_hint = true;
}

BlobPlan plan_config(const PushPlan& plan, const Image& image) {
  BlobPlan blob(BlobPlan::Kind::config, image.manifest().config);
  blob.what = fmt::format("config ({})", blob.source.digest.short_hex());
  blob.target = blob.source;
  if (!plan.keep_manifest) blob.target->media_type = config_type(plan.format);
  blob.target_type = blob.target->media_type;
  return blob;
}

OrderedJson descriptor_json(const Descriptor& descriptor, bool with_annotations) {
  OrderedJson json{
      {"mediaType", descriptor.media_type}, {"size", descriptor.size}, {"digest", descriptor.digest.str()}};
  if (!descriptor.urls.empty()) json["urls"] = descriptor.urls;
  if (with_annotations && !descriptor.annotations.empty()) json["annotations"] = descriptor.annotations;
  return json;
}

}  // namespace

void BlobPlan::set_target(const Digest& digest, std::uint64_t size) {
  target = Descriptor{target_type, digest, size, {}, {}, {}, {}};
  target_is_hint = false;
}

bool PushPlan::targets_known() const noexcept {
  return std::all_of(blobs.begin(), blobs.end(), [](const BlobPlan& blob) { return blob.target.has_value(); });
}

bool PushPlan::has_hints() const noexcept {
  return std::any_of(blobs.begin(), blobs.end(), [](const BlobPlan& blob) { return blob.target_is_hint; });
}

std::optional<std::string> convert_layer_type(std::string_view media_type, ManifestFormat format) {
  for (const TypePair& pair : kLayerTypes) {
    if (media_type != pair.oci && media_type != pair.docker) continue;
    return std::string(format == ManifestFormat::oci ? pair.oci : pair.docker);
  }
  return std::nullopt;
}

PushPlan plan_push(const Image& image, const PushOptions& options, const CompressionCache& cache) {
  PushPlan plan;
  choose_format(plan, image, options);
  plan.blobs.push_back(plan_config(plan, image));
  std::map<Digest, std::size_t> seen;
  const auto& layers = image.manifest().layers;
  for (std::size_t index = 0; index < layers.size(); ++index) {
    if (is_foreign_layer(layers[index])) {
      plan.layers.emplace_back(std::nullopt);
      continue;
    }
    BlobPlan blob = plan_layer(plan, image, options, index);
    const auto [at, is_new] = seen.emplace(layers[index].digest, plan.blobs.size());
    plan.layers.emplace_back(at->second);
    if (!is_new) continue;
    apply_hint(blob, options, cache);
    plan.blobs.push_back(std::move(blob));
  }
  return plan;
}

RawManifest build_manifest(const PushPlan& plan, const Image& image) {
  SIDECARCTL_CHECK(plan.targets_known(), "a manifest of blobs that are not known yet");
  // A stored manifest need not say its media type; the registry must be told one.
  if (plan.keep_manifest) return {image.manifest().media_type, image.raw_manifest().bytes};
  const bool oci = plan.format == ManifestFormat::oci;
  OrderedJson json{{"schemaVersion", 2}, {"mediaType", manifest_type(plan.format)}};
  json["config"] = descriptor_json(*plan.blobs.front().target, oci);
  json["layers"] = OrderedJson::array();
  for (std::size_t index = 0; index < plan.layers.size(); ++index) {
    Descriptor layer = image.manifest().layers[index];
    if (plan.layers[index]) {
      layer = *plan.blobs[*plan.layers[index]].target;
    } else {
      layer.media_type = target_type(plan, layer, index);
    }
    json["layers"].push_back(descriptor_json(layer, oci));
  }
  if (oci && !image.manifest().annotations.empty()) json["annotations"] = image.manifest().annotations;
  return {std::string(manifest_type(plan.format)), dump_json(json)};
}

}  // namespace sidecarctl
