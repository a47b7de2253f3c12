// SPDX-License-Identifier: Apache-2.0
// Where a push goes: rules on names, without any network.
#pragma once

#include "image/reference.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

/// What the user said about the destination.
struct DestinationRequest {
  std::optional<std::string> destination;  ///< DEST, as written.
  std::optional<std::string> registry;     ///< HOST or HOST/FOLDER, for names that have no host.
  std::vector<std::string> tags;           ///< --tag.
  std::optional<std::string> image_name;   ///< The image's own name, where there is no DEST.
  bool allow_latest = false;
};

struct PushDestination {
  Reference reference;            ///< Always with a registry that somebody named; its digest is an assertion.
  std::vector<std::string> tags;  ///< Without repeats, that of the name first; empty: by digest only.
};

/// Throws Error{usage} when there is no registry host, no tag and no digest, or a name that is none; Error{policy} for
/// `latest`.
PushDestination resolve_destination(const DestinationRequest& request);

}  // namespace sidecarctl
