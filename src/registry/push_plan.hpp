// SPDX-License-Identifier: Apache-2.0
// What becomes of each blob of an image on its way to a registry, and the manifest that comes out. Touches no network.
#pragma once

#include "registry/compression_cache.hpp"
#include "registry/push.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sidecarctl {

/// One blob that must be at the registry; layers with the same content share it.
struct BlobPlan {
  enum class Kind { config, stored, compressed };  ///< compressed: packed on the way.

  BlobPlan(Kind blob_kind, Descriptor blob_source) : kind(blob_kind), source(std::move(blob_source)) {}
  void set_target(const Digest& digest, std::uint64_t size);

  Kind kind;
  Descriptor source;        ///< Where the image has it.
  std::string what;         ///< "layer 3 of 7 (ab12...)", for people.
  std::string target_type;  ///< Media type in the manifest that is pushed.
  std::optional<Descriptor>
      target;  ///< As the registry has it, with its media type in the new manifest; nullopt: not known yet.
  bool target_is_hint = false;  ///< `target` is remembered, not computed in this run.
  bool present = false;         ///< The registry said that it has `target`, or took it from us.
  std::string action;           ///< As in PushedLayer.
  std::uint64_t bytes_sent = 0;
  unsigned retries = 0;
  std::uint64_t milliseconds = 0;
};

struct PushPlan {
  bool keep_manifest = true;  ///< The stored manifest's bytes are pushed.
  PushOptions::ManifestFormat format =
      PushOptions::ManifestFormat::docker;  ///< Of a manifest that is made: oci or docker.
  std::vector<BlobPlan> blobs;              ///< The config, then the layers, base first.
  std::vector<std::optional<std::size_t>>
      layers;  ///< For each layer of the manifest its blob; nullopt: a foreign layer.

  bool targets_known() const noexcept;  ///< The manifest can be written.
  bool has_hints() const noexcept;
};

/// Decides it. Throws Error{corrupt} when config and layers do not fit together, Error{usage} for a format that cannot
/// say what the image has.
PushPlan plan_push(const Image& image, const PushOptions& options, const CompressionCache& cache);

/// The manifest to push. All targets must be known.
RawManifest build_manifest(const PushPlan& plan, const Image& image);

/// The media type that says the same in the other family ("oci" or "docker"); nullopt: there is none.
std::optional<std::string> convert_layer_type(std::string_view media_type, PushOptions::ManifestFormat format);

}  // namespace sidecarctl
