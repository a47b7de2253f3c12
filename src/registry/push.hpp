// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "image/layer_compressor.hpp"
#include "image/reference.hpp"
#include "registry/client.hpp"
#include "util/cancel.hpp"
#include "util/events.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

struct PushOptions {
  enum class ManifestFormat { keep, oci, docker };
  Reference
      destination;  ///< Its name is where the image goes; its digest, if any, is asserted; its tag is not looked at.
  std::vector<std::string> tags;  ///< Every tag to set; empty: by digest only.
  ManifestFormat manifest = ManifestFormat::keep;
  LayerCompressor compressor{LayerCompressor::Method::gzip};  ///< Of layers that are stored uncompressed.
  unsigned jobs = 4;                                          ///< Blobs under way at once, from 1.
  bool no_clobber = false;                ///< A tag that exists with another digest is left alone: Error{policy}.
  std::optional<Digest> expect_previous;  ///< The first tag must point there now.
  bool dry_run = false;
  /// Where it is remembered which compressed blob a layer became; nullopt: nowhere. Created when needed.
  std::optional<std::filesystem::path> cache;
};

struct PushedLayer {
  Digest digest;
  std::uint64_t size = 0;
  std::string action;  ///< "existed", "uploaded", "would-upload"; "skipped": a foreign layer, which stays where it is.
  std::uint64_t bytes_sent = 0;
  unsigned retries = 0;
  std::uint64_t milliseconds = 0;
};

struct TagFailure {
  std::string tag;
  Error error;
};

struct PushReport {
  Digest digest;  ///< Of the manifest.
  std::string media_type;
  std::uint64_t size = 0;
  std::vector<std::string> tags;  ///< Those that now point at it; in a dry run, those that would.
  std::vector<TagFailure> failed_tags;
  PushedLayer config;
  std::vector<PushedLayer> layers;
  bool already_there = false;  ///< Nothing was sent: every tag pointed there.
  std::uint64_t milliseconds = 0;
};

/// Brings one image to a registry: blobs (HEAD first, in parallel), config, manifest by digest, tags, verification. A
/// failure changes no tag. Manifest bytes are kept unless a layer must be compressed or another format is asked for.
PushReport push_image(const Image& image, RegistryClient& client, const PushOptions& options, Events& events,
                      const CancelToken& cancel);

}  // namespace sidecarctl
