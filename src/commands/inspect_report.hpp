// SPDX-License-Identifier: Apache-2.0
// What `inspect` knows about an image, and the two ways to show it.
#pragma once

#include "image/image.hpp"
#include "util/error.hpp"
#include "util/json.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

inline constexpr std::string_view kSharedVolumes = "/opt/palantir/sidecars/shared-volumes";

struct InspectedLayer {
  std::optional<Digest> digest;       ///< Of the stored bytes; an engine has none.
  std::optional<std::uint64_t> size;  ///< Stored bytes, or what an engine counts.
  std::string media_type;
  std::string command;  ///< Masked.
};

/// An entry below kSharedVolumes; of a link, what it leads to.
struct SharedFolder {
  std::string name;
  std::string kind;  ///< "directory", "file", "missing", "link loop" ...
  std::string link;  ///< Where a link points; "" for none.
  std::uint32_t mode = 0;
  std::uint64_t uid = 0, gid = 0;
};

struct EnvironmentEntry {
  std::string name;
  std::optional<std::string> value;  ///< nullopt: masked, or an entry without '='.
  bool masked = false;
};

struct InspectReport {
  SourceInfo source;
  std::optional<Resolution> resolution;  ///< nullopt: an engine answered by itself.
  std::optional<Digest> digest;          ///< Of the image manifest; nullopt: the place has none.
  std::optional<Digest> config_digest;
  std::optional<ImageConfig> config;  ///< nullopt: there is no image for linux/amd64, `resolution->reason` says why.
  std::vector<EnvironmentEntry> environment;
  std::vector<InspectedLayer> layers;
  std::optional<std::vector<SharedFolder>> shared;  ///< nullopt: not looked at, or `error`.
  bool shared_cut = false;                          ///< There are more than kMaxShared.
  std::optional<Error> error;                       ///< Why the layers could not be read.

  static constexpr std::size_t kMaxShared = 100;
};

struct InspectOptions {
  bool files = true;                           ///< Look into layers for the shared-volume folders.
  std::optional<std::filesystem::path> cache;  ///< As LayeredFilesOptions::cache.
};

/// Why Foundry cannot run it: no image, or none for linux/amd64; "" when it can.
std::string why_not_run(const InspectReport& report);

InspectReport inspect_image(std::shared_ptr<ImageSource> source, const InspectOptions& options);

/// For people: every string from outside escaped.
void write_inspect_text(const InspectReport& report, std::ostream& out);
/// docs/schema/inspect.v1.json
OrderedJson inspect_document(const InspectReport& report);

}  // namespace sidecarctl
