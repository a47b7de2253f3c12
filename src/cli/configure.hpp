// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/config.hpp"
#include "util/environment.hpp"

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace sidecarctl {

/// SIDECARCTL_LINT_FAIL_ON of the option "fail-on" of "lint".
std::string environment_name(std::string_view command, std::string_view option);

/// Gives every option of `app` that the command line did not give the value of the environment, else of the section of
/// `app`'s command, else of [sidecar]. CLI11's own checks apply; Error{config} names where a wrong value stands.
void apply_configuration(CLI::App& app, const Environment& environment, const ConfigFile& config);

}  // namespace sidecarctl
