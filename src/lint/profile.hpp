// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "lint/subject.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

struct ProfileDecision {
  Profile profile;
  std::vector<std::string> volumes;  ///< The shared volumes that are asked for.
};

/// `asked` wins, else what the image shows decides. `files` nullptr: no rule needs files, so none are read; the config
/// alone decides. Files that cannot be read count as "has a volume": the volume rules then ask for themselves, and say
/// `unknown`. Throws nothing but Error{interrupted}.
ProfileDecision decide_profile(const ImageConfig& config, ImageFiles* files, std::optional<ProfileName> asked,
                               const std::vector<std::string>& configured_volumes);

/// "flags", "server", "byoc" or "generic" in any case; nullopt for anything else.
std::optional<ProfileName> parse_profile(std::string_view text) noexcept;

/// The name of a shared volume as the user gave it: one folder name, or its full path. Throws Error{usage}.
std::string parse_volume_name(std::string_view text);

/// A transform has a few volumes. More folders than this are judged no further, and the reason says so.
inline constexpr std::size_t kMaxVolumes = 32;

}  // namespace sidecarctl::lint
