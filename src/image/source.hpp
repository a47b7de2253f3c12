// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/types.hpp"
#include "util/byte_source.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

/// What is known about an image from its name and place, before anything is read.
struct SourceInfo {
  std::string transport;  ///< "oci", "docker-archive", "docker-daemon", "podman", "oci-archive", "registry".
  std::string target;     ///< For messages, as the user would write it: "oci:out:app".
  /// The image's own name given or picked, "registry.example/app:1.0" or what a layout's ref.name says; nullopt: none.
  std::optional<std::string> name;
  std::optional<std::string> tag;               ///< Of that name; nullopt: the name has none (a digest, or no name).
  std::optional<std::string> digest;            ///< Of that name, when it is by digest.
  std::vector<std::string> other_names;         ///< Every further name that the place has for the same image.
  std::vector<std::string> same_name;           ///< Digests of further images in that place under the very same name.
  bool uncompressed_layers_are_normal = false;  ///< docker-archive, docker-daemon, podman.
};

/// What an engine tells without handing out blobs.
struct EngineView {
  ImageConfig config;
  Digest config_digest;
  std::vector<std::uint64_t> layer_sizes;  ///< Unpacked bytes, base first; may be empty.
  std::unique_ptr<ImageFiles> files;
};

/// Where an image lives. This is all that a transport implements; class Image derives the rest.
/// Implementations need not verify anything: Image checks size and digest of all that it reads.
/// open_blob may be called from several threads at once, and its sources live on their own.
class ImageSource {
 public:
  virtual ~ImageSource() = default;
  virtual const SourceInfo& info() const = 0;
  /// The root manifest or index, or, given a digest, a manifest that the root index names. Throws Error{not_found}.
  virtual RawManifest read_manifest(const std::optional<Digest>& digest) = 0;
  /// The stored bytes of a config or layer, skippable where the place is seekable. Throws Error{not_found} if absent.
  virtual std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) = 0;
  /// What a local place tells of a blob's file without reading it (file_identity): equal as long as nobody has written
  /// to it. "": it cannot tell.
  virtual std::string blob_identity(const Descriptor&) { return {}; }
  /// Reading a blob again costs nothing extra (a local file): two passes are fine.
  virtual bool is_local() const { return true; }
  /// An engine's own answers, when they are cheaper than blobs; nullopt: use the blobs.
  virtual std::optional<EngineView> engine_view();
};

}  // namespace sidecarctl
