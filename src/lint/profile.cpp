// SPDX-License-Identifier: Apache-2.0
#include "lint/profile.hpp"

#include "image/path_resolver.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl::lint {

std::string_view to_string(ProfileName name) noexcept {
  switch (name) {
    case ProfileName::flags: return "flags";
    case ProfileName::server: return "server";
    case ProfileName::byoc: return "byoc";
    case ProfileName::generic: return "generic";
  }
  return "bug";
}

bool Profile::uses_volumes() const noexcept {
  return name == ProfileName::flags || name == ProfileName::byoc;
}

namespace {

constexpr std::string_view kDefaultVolume = "shared";
constexpr std::size_t kShownEntry = 120;  // Bytes of an environment entry: the reason is one line.

/// What speaks for shared volumes: their names, and the sentence that says where they were seen.
struct Evidence {
  std::vector<std::string> volumes;
  std::string reason;  ///< "": nothing was seen.
};

void add_volume(Evidence& evidence, std::string name) {
  std::vector<std::string>& volumes = evidence.volumes;
  if (std::find(volumes.begin(), volumes.end(), name) == volumes.end()) volumes.push_back(std::move(name));
}

std::string path_of(std::string_view volume) {
  return fmt::format("{}/{}", kSharedVolumes, volume);
}

/// "shared" out of "/opt/palantir/sidecars/shared-volumes/shared/in"; "" when the path is not below the folder.
std::string volume_of_path(std::string_view text) {
  if (!text.starts_with('/')) return "";
  const std::string path = clean_absolute_path(text);
  const std::string prefix = std::string(kSharedVolumes) + "/";
  return path.starts_with(prefix) ? path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()) : "";
}

void look_at_environment(const ImageConfig& config, Evidence& evidence) {
  for (const std::string& entry : config.env) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = entry.substr(0, equals), value = entry.substr(equals + 1);
    const std::string volume = volume_of_path(value);
    // The documentation's sample calls it SHARED_DIR; who does so too means a shared volume, even if the path is wrong.
    if (volume.empty() && name != "SHARED_DIR") continue;
    if (evidence.reason.empty()) evidence.reason = "the environment has " + shorten(entry, kShownEntry);
    if (!volume.empty()) add_volume(evidence, volume);
  }
}

void look_at_files(ImageFiles& files, Evidence& evidence) {
  const Resolved folder = resolve_briefly(files, kSharedVolumes);
  std::vector<std::string> names;
  if (folder.found() && folder.node.is_directory()) names = files.list(folder.path);
  const std::size_t count = std::min(names.size(), kMaxVolumes);
  for (std::size_t i = 0; i < count; ++i) add_volume(evidence, names[i]);
  if (!evidence.reason.empty()) return;
  if (count > 0) {
    evidence.reason = "the image has " + path_of(names[0]);
    if (names.size() > count) evidence.reason += fmt::format(" and more; the first {} are looked at", count);
  } else if (const auto layer = files.removed_in(path_of(kDefaultVolume))) {
    evidence.reason = fmt::format("layer {} removes {}", *layer, path_of(kDefaultVolume));
  } else if (folder.found()) {
    evidence.reason = fmt::format("the image has {}", kSharedVolumes);
  }
}

Evidence look_for_volumes(const ImageConfig& config, ImageFiles* files) {
  Evidence evidence;
  look_at_environment(config, evidence);
  if (files == nullptr) return evidence;
  try {
    look_at_files(*files, evidence);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    // Whether there is a volume cannot be told; "no" would let an image pass that nobody looked at.
    if (evidence.reason.empty()) {
      evidence.reason =
          fmt::format("the files of the image cannot be read, so it may have a shared volume ({})", error.message());
    }
  }
  return evidence;
}

ProfileDecision decide_asked(ProfileName asked, std::vector<std::string> volumes) {
  ProfileDecision decision{{asked, fmt::format("--profile {}", to_string(asked))}, std::move(volumes)};
  const auto end = decision.volumes.end();
  if (asked == ProfileName::flags && std::find(decision.volumes.begin(), end, kDefaultVolume) == end) {
    decision.volumes.insert(decision.volumes.begin(), std::string(kDefaultVolume));
  }
  return decision;
}

ProfileDecision decide_without_volume(const ImageConfig& config, bool looked) {
  const std::string_view no_volume = looked ? "has no shared volume" : "names no shared volume";
  if (config.exposed_ports.empty()) {
    return {{ProfileName::generic, fmt::format("the image {} and exposes no port", no_volume)}, {}};
  }
  return {{ProfileName::server, fmt::format("the image exposes port {} and {}", config.exposed_ports[0], no_volume)},
          {}};
}

}  // namespace

ProfileDecision decide_profile(const ImageConfig& config, ImageFiles* files, std::optional<ProfileName> asked,
                               const std::vector<std::string>& configured_volumes) {
  if (!configured_volumes.empty()) {
    const Profile detected{ProfileName::flags, fmt::format("the volume '{}' is configured", configured_volumes[0])};
    return {asked ? decide_asked(*asked, {}).profile : detected, configured_volumes};
  }
  // A server or any other image has no volumes to ask for.
  if (asked == ProfileName::server || asked == ProfileName::generic) return decide_asked(*asked, {});
  Evidence evidence = look_for_volumes(config, files);
  if (asked) {
    if (evidence.volumes.empty() && !evidence.reason.empty()) add_volume(evidence, std::string(kDefaultVolume));
    return decide_asked(*asked, evidence.volumes);
  }
  if (evidence.reason.empty()) return decide_without_volume(config, files != nullptr);
  if (evidence.volumes.empty()) add_volume(evidence, std::string(kDefaultVolume));
  return {{ProfileName::flags, evidence.reason}, evidence.volumes};
}

std::optional<ProfileName> parse_profile(std::string_view text) noexcept {
  for (const ProfileName name : {ProfileName::flags, ProfileName::server, ProfileName::byoc, ProfileName::generic}) {
    if (equals_ignore_case(text, to_string(name))) return name;
  }
  return std::nullopt;
}

std::string parse_volume_name(std::string_view text) {
  const std::string name = text.starts_with('/') ? volume_of_path(text) : std::string(text);
  const bool is_whole_path = !text.starts_with('/') || clean_absolute_path(text) == path_of(name);
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos || !is_whole_path) {
    throw Error(ErrorKind::usage, fmt::format("'{}' is no name of a shared volume", text),
                fmt::format("give the name of one folder in {}, as in --volume shared", kSharedVolumes));
  }
  return name;
}

}  // namespace sidecarctl::lint
