// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "image/image_files.hpp"
#include "lint/start_facts.hpp"
#include "lint/user_facts.hpp"
#include "lint/volume_facts.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl::lint {

enum class ProfileName { flags, server, byoc, generic };
std::string_view to_string(ProfileName name) noexcept;

struct Profile {
  ProfileName name = ProfileName::generic;
  std::string reason;                  ///< "the image has /opt/palantir/sidecars/shared-volumes/shared"
  bool uses_volumes() const noexcept;  ///< flags and byoc; byoc without a volume has no Subject::volumes().
};

/// The uid to write instead of a USER that means `uid`: that one, unless the profile or the runtime would refuse it.
std::uint64_t good_uid(const Profile& profile, std::uint64_t uid) noexcept;

inline constexpr std::string_view kSharedVolumes = "/opt/palantir/sidecars/shared-volumes";

/// What the user said that changes what rules ask for.
struct LintSettings {
  bool telemetry = false;
  std::vector<std::string> configured_volumes;    ///< --volume and sidecar.toml.
  std::uint64_t max_layer_size = 10'000'000'000;  ///< Bytes; "about 10 GB" in the platform's documentation.
  bool for_push = false;                          ///< The name is a push target: it must have a registry host.
};

/// The facts that rules may look at: a pure function of these is all that a rule is. Built by lint/engine; tests fill
/// the parts by hand (tests/support/subject_builder.hpp). Facts that several rules share are computed once, on first
/// use.
class Subject {
 public:
  struct Parts {
    SourceInfo source;
    std::optional<Resolution> resolution;   ///< nullopt: an engine's view, without manifest.
    std::optional<Manifest> manifest;       ///< nullopt: not an image, or an engine's view.
    std::optional<ImageConfig> config;      ///< nullopt: not an image.
    std::optional<std::string> raw_config;  ///< Bytes of the config, where there are any.
    std::vector<std::uint64_t> engine_layer_sizes;
    ImageFiles* files = nullptr;  ///< nullptr: not an image. Must outlive the Subject.
    LintSettings settings;
    Profile profile;
    std::vector<std::string> volumes;  ///< Names of the shared volumes that are asked for: "shared".
  };

  explicit Subject(Parts parts);
  ~Subject();
  Subject(Subject&&) noexcept;

  const SourceInfo& source() const noexcept { return parts_->source; }
  const Resolution* resolution() const noexcept { return parts_->resolution ? &*parts_->resolution : nullptr; }
  const Manifest* manifest() const noexcept { return parts_->manifest ? &*parts_->manifest : nullptr; }
  /// Rules with Needs::config, files or read_layers may dereference these without a check.
  const ImageConfig* config() const noexcept { return parts_->config ? &*parts_->config : nullptr; }
  ImageFiles* files() const noexcept { return parts_->files; }
  const std::optional<std::string>& raw_config() const noexcept { return parts_->raw_config; }
  const std::vector<std::uint64_t>& engine_layer_sizes() const noexcept { return parts_->engine_layer_sizes; }
  const LintSettings& settings() const noexcept { return parts_->settings; }
  const Profile& profile() const noexcept { return parts_->profile; }
  const std::vector<std::string>& volumes() const noexcept { return parts_->volumes; }

  const UserFacts& user() const;                         ///< Throws as ImageFiles does.
  const std::vector<VolumeFacts>& volume_facts() const;  ///< One for each of volumes(); throws as ImageFiles does.
  const StartFacts& start() const;                       ///< Throws as ImageFiles does.

 private:
  struct Memo;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<Memo> memo_;
};

}  // namespace sidecarctl::lint
