// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/source.hpp"
#include "support/fake_files.hpp"
#include "support/subject_builder.hpp"
#include "util/error.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace sidecarctl::test {

/// A place for the lint engine: an engine's view of the right image, or, with `root`, a manifest and blobs.
class LintSource final : public ImageSource {
 public:
  SubjectBuilder image;                          ///< What the view shows.
  std::optional<RawManifest> root;               ///< Set: there is no view, this is what the name points at.
  std::map<std::string, std::string> blobs;      ///< By digest: configs and layers.
  std::map<std::string, RawManifest> manifests;  ///< By digest: what an index points at.
  std::optional<Error> failure;                  ///< Thrown instead of any answer.
  int file_questions = 0;                        ///< How often a view's files were asked for anything.

  const SourceInfo& info() const override { return image.source; }
  RawManifest read_manifest(const std::optional<Digest>& digest) override;
  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override;
  std::optional<EngineView> engine_view() override;

  /// Stores bytes and describes them.
  Descriptor add_blob(const std::string& bytes, std::string_view media_type);
};

/// An image manifest of that config and layers.
RawManifest image_manifest(const Descriptor& config, const std::vector<Descriptor>& layers);

}  // namespace sidecarctl::test
