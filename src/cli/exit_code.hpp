// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/error.hpp"

namespace sidecarctl {

/// The contract of every command (docs/formats.md).
enum class ExitCode : int { done = 0, no = 1, usage = 2, failed = 3, bug = 70, interrupted = 130, terminated = 143 };

/// usage and config: 2; policy: 1; interrupted: 130 or, after SIGTERM, 143; the rest: 3.
ExitCode exit_code_of(const Error& error, int signal);

}  // namespace sidecarctl
