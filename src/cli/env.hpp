// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/cancel.hpp"
#include "util/clock.hpp"
#include "util/environment.hpp"
#include "util/events.hpp"

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

namespace sidecarctl {

struct RegistryContext;
class Console;

/// What the process gives a command. Made once in main(), taken apart in run(); it does not travel further down.
struct Env {
  Console& console;  ///< stdout, stderr, colour, progress: implements Events.
  Environment environment;
  Clock& clock;
  const CancelToken& cancel;
  std::istream& input;
  /// "image" and "tag" of [sidecar] in sidecar.toml: what a command works on that is given no image.
  std::optional<std::string> default_image = std::nullopt;
};

/// `given`, or the default image if it is empty. Throws Error{usage} if there is neither.
std::string image_or_default(const std::string& given, const Env& env);

}  // namespace sidecarctl
