// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace sidecarctl::lint {

namespace {
/// What the media type promises; nullopt: nothing that we know.
std::optional<Compression> promised_by(std::string_view type) {
  if (type.ends_with("+gzip") || type.ends_with(".gzip")) return Compression::gzip;
  if (type.ends_with("+zstd") || type.ends_with(".zstd")) return Compression::zstd;
  if (type.ends_with(".tar")) return Compression::none;
  return std::nullopt;
}

constexpr const char* kTypeFix = "push the image again with a tool that writes the right media type";

bool is_index_type(std::string_view type) {
  return type == media_type::oci_index || type == media_type::docker_list;
}

/// image-spec, descriptor: mediaType is the type of what it points at. containerd refuses an image that passes for an
/// index or could be read as one (CVE-2021-41190).
void check_manifest(const Resolution& resolution, std::vector<Finding>& findings) {
  const ManifestClaims claims = manifest_claims(resolution.manifest);
  const std::string& told = resolution.chosen ? resolution.chosen->media_type : resolution.root.media_type;
  if (claims.has_manifests) {
    findings.push_back(Finding{"the manifest has fields of an image and of an index, so that containerd refuses it",
                               {},
                               "build the image again with a current tool",
                               claims.media_type,
                               Severity::error});
  } else if (!told.empty() && !claims.media_type.empty() && told != claims.media_type) {
    findings.push_back(Finding{fmt::format("the manifest is declared as '{}', it calls itself '{}'", shorten(told, 100),
                                           shorten(claims.media_type, 100)),
                               {},
                               kTypeFix,
                               claims.media_type,
                               is_index_type(told) ? std::optional(Severity::error) : std::nullopt});
  }
}

/// Docker and umoci refuse a layer whose type they do not know; containerd looks at the bytes.
void check_types(const Manifest& manifest, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
    const std::string& type = manifest.layers[i].media_type;
    if (promised_by(type)) continue;
    findings.push_back(
        Finding{fmt::format("layer {} is declared as '{}', which is no media type of a layer", i, shorten(type, 100)),
                LayerFile{i, ""},
                kTypeFix,
                type,
                {}});
  }
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const Manifest* manifest = subject.manifest();
  if (manifest == nullptr) return Verdict::not_applicable("the engine hands out no blobs");
  if (subject.resolution() != nullptr) check_manifest(*subject.resolution(), findings);
  check_types(*manifest, findings);
  for (const LayerFacts& layer : subject.files()->layers_read()) {
    if (!layer.compression || layer.index >= manifest->layers.size()) continue;
    const std::string& type = manifest->layers[layer.index].media_type;
    const auto promised = promised_by(type);
    if (!promised || *promised == *layer.compression) continue;
    findings.push_back(
        Finding{fmt::format("layer {} is declared as '{}', its bytes are {}", layer.index, type,
                            *layer.compression == Compression::none ? "a plain tar" : to_string(*layer.compression)),
                LayerFile{layer.index, ""}, kTypeFix, std::string(to_string(*layer.compression)),
                // Seen with containerd 1.6: "archive/tar: invalid tar header".
                *layer.compression == Compression::xz ? std::optional(Severity::error) : std::nullopt});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc005_layer_type_mismatch{"SDC005",
                                                       "layer-type-mismatch",
                                                       Severity::warning,
                                                       Needs::read_layers,
                                                       Origin::runtime,
                                                       "A media type does not match the bytes it stands for",
                                                       check};

}  // namespace sidecarctl::lint
