// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/cancel.hpp"
#include "util/clock.hpp"
#include "util/environment.hpp"
#include "util/events.hpp"

#include <filesystem>
#include <iosfwd>
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
};

}  // namespace sidecarctl
