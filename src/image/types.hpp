// SPDX-License-Identifier: Apache-2.0
// The nouns of the OCI image-spec: platform, descriptor, manifest, index, config. Plain values.
#pragma once

#include "image/digest.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

namespace media_type {
inline constexpr std::string_view oci_index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view oci_config = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view oci_layer = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view oci_layer_gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr std::string_view oci_layer_zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
inline constexpr std::string_view docker_list = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view docker_schema1 = "application/vnd.docker.distribution.manifest.v1+json";
inline constexpr std::string_view docker_schema1_signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
inline constexpr std::string_view docker_config = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view docker_layer = "application/vnd.docker.image.rootfs.diff.tar";
inline constexpr std::string_view docker_layer_gzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";
}  // namespace media_type

/// Limits on what comes from outside. Registries themselves take manifests up to 4 MiB (distribution-spec).
inline constexpr std::uint64_t kMaxManifestSize = 4ULL * 1024 * 1024;
inline constexpr std::uint64_t kMaxConfigSize = 8ULL * 1024 * 1024;
inline constexpr std::size_t kMaxLayers = 1000;  ///< Engines stop at 127; more is damage or an attack.
inline constexpr std::size_t kMaxIndexEntries = 1000;
inline constexpr int kMaxIndexDepth = 4;

struct Platform {
  std::string os, architecture, variant;
  static Platform parse(std::string_view text);  ///< "linux/amd64", "linux/arm/v7". Throws ParseError.
  /// Containerd's matching for linux/amd64: "x86_64" and an empty architecture count as amd64, "v1" as no variant;
  /// v2 and above do not match a request without variant. An empty field of `wanted` matches all.
  bool satisfies(const Platform& wanted) const noexcept;
  std::string str() const;  ///< "linux/amd64", "linux/arm/v7"; "unknown" for an empty field.
  friend bool operator==(const Platform&, const Platform&) = default;
};

/// The only platform that Foundry runs.
Platform linux_amd64();

/// Points at bytes: what they are, how many, and how to prove it.
struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size = 0;
  std::optional<Platform> platform;
  std::map<std::string, std::string> annotations;
  std::vector<std::string> urls;  ///< Not empty: a foreign layer.
  std::string artifact_type;
};

/// A manifest as it was stored. `bytes` are what the digest is about; never re-serialise them.
struct RawManifest {
  std::string media_type;
  std::string bytes;
  bool made_here = false;  ///< The place has none: made from what it tells, so its digest names nothing anywhere.
  Digest digest() const { return Digest::sha256_of(bytes); }
};

struct Manifest {
  std::string media_type;
  Descriptor config;
  std::vector<Descriptor> layers;  ///< Base layer first.
  std::map<std::string, std::string> annotations;
  std::string artifact_type;
};

struct Index {
  std::string media_type;
  std::vector<Descriptor> manifests;
};

/// One line of a config's history.
struct HistoryEntry {
  std::string created_by, comment;
  bool empty_layer = false;
};

/// The image config: what the runtime reads. Absent strings are "".
struct ImageConfig {
  Platform platform;
  bool has_os = false, has_architecture = false;  ///< The fields are there and not empty.
  std::string user;                               ///< As written: "5001", "app:app", "".
  std::vector<std::string> entrypoint, cmd, env, shell;
  std::vector<std::string> exposed_ports;  ///< Keys as written: "80/tcp".
  std::vector<std::string> volumes;        ///< Keys as written.
  std::string working_dir, stop_signal, created, author;
  std::map<std::string, std::string> labels;
  std::vector<std::string> on_build;
  std::vector<std::string> healthcheck;  ///< Test words; empty: none.
  std::vector<Digest> diff_ids;          ///< Same order as Manifest::layers.
  std::vector<HistoryEntry> history;

  /// The value of an environment entry; the last one wins, as in runc.
  std::optional<std::string> environment(std::string_view name) const;
  /// Entrypoint followed by cmd: what runs.
  std::vector<std::string> argv() const;
  /// The command that made layer `index`: the history line that belongs to it; "" when unknown.
  std::string layer_command(std::size_t index) const;
};

/// What kind of manifest the bytes are, from mediaType, else from their shape (image-spec: mediaType is optional).
enum class ManifestKind { image, index, schema1, other };
ManifestKind manifest_kind(const RawManifest& manifest);

/// What the bytes of a manifest say of themselves, beside what an index or a registry says of them.
struct ManifestClaims {
  std::string media_type;      ///< The field mediaType; "" when it is not there.
  bool has_manifests = false;  ///< It has the field `manifests`, as an index does.
};
ManifestClaims manifest_claims(const RawManifest& manifest);

/// Throw Error{corrupt} naming the JSON pointer; every number and list is bounded.
Manifest parse_manifest(const RawManifest& manifest);
Index parse_index(const RawManifest& manifest);
ImageConfig parse_config(std::string_view json);

/// Is it a config of a container image by its media type (OCI or Docker)?
bool is_image_config_type(std::string_view media_type) noexcept;
/// Attestations of buildx: `vnd.docker.reference.type`, or platform unknown/unknown.
bool is_attestation(const Descriptor& descriptor) noexcept;
bool is_foreign_layer(const Descriptor& descriptor) noexcept;

}  // namespace sidecarctl
