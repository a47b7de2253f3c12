// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scaffold/values.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

/// The options of `init` that become variables of templates.
struct InitRequest {
  std::string image;  ///< NAME[:TAG]
  std::optional<std::string> base, user, command;
  std::vector<std::string> volumes;
  std::vector<std::string> settings;  ///< NAME=VALUE of --set.
  bool with_transform = false;
};

/// All variables that every template may use, checked: nothing in them can break a Dockerfile or leave the folder.
/// Throws Error{usage} that names the option.
scaffold::Values init_values(const InitRequest& request);

/// A name for the image out of that of a folder; "my-sidecar" when there is none in it.
std::string image_name_of(const std::string& folder);

}  // namespace sidecarctl
