// SPDX-License-Identifier: Apache-2.0
#include "image/image.hpp"

#include "image/verifying_source.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <utility>

namespace sidecarctl {

std::optional<EngineView> ImageSource::engine_view() {
  return std::nullopt;
}

namespace {

/// Reads a manifest and checks it against the digest it was asked by.
RawManifest read_verified(ImageSource& source, const Descriptor& descriptor) {
  RawManifest manifest = source.read_manifest(descriptor.digest);
  const Digest actual = manifest.digest();
  if (actual != descriptor.digest) {
    throw DigestMismatch(DigestMismatch::What::digest,
                         fmt::format("the digest of a manifest in {} is {}, not {}", source.info().target, actual.str(),
                                     descriptor.digest.str()));
  }
  if (manifest.media_type.empty()) manifest.media_type = descriptor.media_type;
  return manifest;
}

struct IndexEntries {
  std::vector<Descriptor> leaves;
  std::size_t seen = 0;  // Indexes count, too: a thousand entries of each may name the same empty one, level by level.
};

/// All leaves of an index, nested ones included, in the order of the document.
void collect_entries(ImageSource& source, const RawManifest& index, int depth, IndexEntries& entries) {
  if (depth > kMaxIndexDepth) {
    throw Error(ErrorKind::corrupt, fmt::format("image indexes are nested deeper than {} levels", kMaxIndexDepth));
  }
  for (Descriptor& entry : parse_index(index).manifests) {
    if (entries.seen++ >= kMaxIndexEntries) {
      throw Error(ErrorKind::corrupt, fmt::format("the image indexes have more than {} entries", kMaxIndexEntries));
    }
    if (entry.media_type == media_type::oci_index || entry.media_type == media_type::docker_list) {
      collect_entries(source, read_verified(source, entry), depth + 1, entries);
    } else {
      entries.leaves.push_back(std::move(entry));
    }
  }
}

/// The platform that a manifest's config names: for index entries without a platform.
bool config_satisfies(ImageSource& source, const Descriptor& entry, const Platform& wanted) {
  const RawManifest manifest = read_verified(source, entry);
  if (manifest_kind(manifest) != ManifestKind::image) return false;
  const Descriptor config = parse_manifest(manifest).config;
  if (!is_image_config_type(config.media_type) || config.size > kMaxConfigSize) return false;
  VerifyingSource bytes(source.open_blob(config), config.digest, config.size, "the image config");
  return parse_config(read_all(bytes, kMaxConfigSize, "the image config")).platform.satisfies(wanted);
}

std::optional<Descriptor> choose_entry(ImageSource& source, const std::vector<Descriptor>& entries,
                                       const Platform& wanted) {
  for (const Descriptor& entry : entries) {
    if (entry.platform && !is_attestation(entry) && entry.platform->satisfies(wanted)) return entry;
  }
  for (const Descriptor& entry : entries) {
    if (!entry.platform && !is_attestation(entry) && config_satisfies(source, entry, wanted)) return entry;
  }
  return std::nullopt;
}

std::string platforms_of(const std::vector<Descriptor>& entries) {
  std::vector<std::string> names;
  for (const Descriptor& entry : entries) {
    if (is_attestation(entry)) continue;
    names.push_back(entry.platform ? entry.platform->str() : "an entry without a platform");
  }
  return names.empty() ? "no runnable image" : join(names, ", ");
}

void resolve_manifest(Resolution& result) {
  switch (manifest_kind(result.manifest)) {
    case ManifestKind::schema1:
      result.outcome = Resolution::Outcome::schema1;
      result.reason = "it is a Docker schema 1 manifest";
      return;
    case ManifestKind::index:
      result.outcome = Resolution::Outcome::not_an_image;
      result.reason = fmt::format("the index calls it '{}', but it is an index",
                                  result.chosen ? result.chosen->media_type : result.manifest.media_type);
      return;
    case ManifestKind::other:
      result.outcome = Resolution::Outcome::not_an_image;
      result.reason = fmt::format("its media type is '{}'", result.manifest.media_type);
      return;
    case ManifestKind::image: break;
  }
  const Manifest manifest = parse_manifest(result.manifest);
  if (!is_image_config_type(manifest.config.media_type)) {
    result.outcome = Resolution::Outcome::not_an_image;
    result.reason = fmt::format("the config's media type is '{}'", manifest.config.media_type);
  }
}

}  // namespace

Resolution resolve_image(ImageSource& source, const Platform& wanted) {
  Resolution result;
  result.root = source.read_manifest(std::nullopt);
  if (manifest_kind(result.root) != ManifestKind::index) {
    result.manifest = result.root;
    resolve_manifest(result);
    return result;
  }
  IndexEntries entries;
  collect_entries(source, result.root, 1, entries);
  result.entries = std::move(entries.leaves);
  result.chosen = choose_entry(source, result.entries, wanted);
  if (!result.chosen) {
    result.outcome = Resolution::Outcome::no_platform;
    result.reason = fmt::format("the index has no {} but {}", wanted.str(), platforms_of(result.entries));
    return result;
  }
  result.manifest = read_verified(source, *result.chosen);
  resolve_manifest(result);
  return result;
}

Image::Image(std::shared_ptr<ImageSource> source, Resolution resolution)
    : source_(std::move(source)),
      resolution_(std::move(resolution)),
      digest_(resolution_.manifest.digest()),
      manifest_(parse_manifest(resolution_.manifest)) {
  SIDECARCTL_CHECK(resolution_.outcome == Resolution::Outcome::image, "an Image is made of an image only");
}

Image Image::open(std::unique_ptr<ImageSource> source, const Platform& wanted) {
  Resolution resolution = resolve_image(*source, wanted);
  if (resolution.outcome != Resolution::Outcome::image) {
    Error error(ErrorKind::policy, fmt::format("{} is not a runnable {} image: {}", source->info().target, wanted.str(),
                                               resolution.reason));
    if (resolution.outcome == Resolution::Outcome::no_platform) {
      error.set_hint(fmt::format("rebuild with --platform {}", wanted.str()));
    }
    throw error;
  }
  return Image(std::move(source), std::move(resolution));
}

const std::string& Image::raw_config() const {
  if (!raw_config_) {
    if (manifest_.config.size > kMaxConfigSize) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("the image config has {} bytes, the limit is {}", manifest_.config.size, kMaxConfigSize));
    }
    const auto bytes = open_stored(manifest_.config);
    raw_config_ = read_all(*bytes, kMaxConfigSize, "the image config");
  }
  return *raw_config_;
}

const ImageConfig& Image::config() const {
  if (!config_) config_ = parse_config(raw_config());
  return *config_;
}

std::unique_ptr<ByteSource> Image::open_stored(const Descriptor& blob) const {
  return std::make_unique<VerifyingSource>(source_->open_blob(blob), blob.digest, blob.size,
                                           fmt::format("blob {}", blob.digest.str()));
}

}  // namespace sidecarctl
