// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/source.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

/// What the root of a source led to for one platform. A value: "no such platform" is an answer, not a failure.
struct Resolution {
  enum class Outcome { image, no_platform, not_an_image, schema1 };
  Outcome outcome = Outcome::image;
  RawManifest root;                 ///< What the name points at.
  std::vector<Descriptor> entries;  ///< All leaf entries of the index and of nested ones, attestations too; else empty.
  std::optional<Descriptor> chosen;  ///< The index entry that was taken.
  RawManifest manifest;              ///< The image manifest, when outcome is image.
  std::string reason;  ///< Why not: "the config's media type is 'application/vnd.cncf.helm.config.v1+json'".
};

/// Follows indexes (kMaxIndexDepth) to the manifest for `wanted`; digests of all manifests are verified. Attestations
/// are ignored. Throws for a damaged or unreadable place.
Resolution resolve_image(ImageSource& source, const Platform& wanted);

/// One image for one platform: resolved, parsed once, and verified as it is read.
/// Thread-safe for open_stored; the rest is not.
class Image {
 public:
  /// Throws Error{policy} when the resolution is not an image (no linux/amd64, schema 1, an artifact): with what there
  /// is.
  static Image open(std::unique_ptr<ImageSource> source, const Platform& wanted);
  /// Takes the source and what was found in it; `resolution.outcome` must be image.
  Image(std::shared_ptr<ImageSource> source, Resolution resolution);

  const SourceInfo& info() const noexcept { return source_->info(); }
  ImageSource& source() const noexcept { return *source_; }
  const Resolution& resolution() const noexcept { return resolution_; }
  const Digest& digest() const noexcept { return digest_; }
  const RawManifest& raw_manifest() const noexcept { return resolution_.manifest; }
  const Manifest& manifest() const noexcept { return manifest_; }
  const ImageConfig& config() const;      ///< Read and verified on first use.
  const std::string& raw_config() const;  ///< The stored bytes of the config.
  /// The stored bytes, verified: the last read throws Error{corrupt} (DigestMismatch) if size or digest differ.
  std::unique_ptr<ByteSource> open_stored(const Descriptor& blob) const;

 private:
  std::shared_ptr<ImageSource> source_;
  Resolution resolution_;
  Digest digest_;
  Manifest manifest_;
  mutable std::optional<std::string> raw_config_;
  mutable std::optional<ImageConfig> config_;
};

}  // namespace sidecarctl
