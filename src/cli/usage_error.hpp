// SPDX-License-Identifier: Apache-2.0
// What CLI11 found wrong, in our words.
#pragma once

#include "util/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Error;
class Option;
}  // namespace CLI

namespace sidecarctl {

/// "see 'sidecarctl lint --help'"; without a command "see 'sidecarctl --help'".
std::string help_hint(std::string_view command);

/// Of an exception that app.parse() threw.
Error usage_error(const CLI::App& app, const CLI::Error& error);

/// Of an exception that `option` threw for a value that came from `origin` ("sidecar.toml:4").
Error value_error(const CLI::Option& option, const CLI::Error& error, std::string_view origin);

/// Of words that no option or positional took. The first one is told, with the nearest option if it looks like one.
Error unexpected_word(const CLI::App& app, const std::vector<std::string>& words);

/// Throws if an option is missing that is required, or needed or excluded by another one. CLI11 checks this too early:
/// before configuration files have been read.
void check_requirements(const CLI::App& app);

}  // namespace sidecarctl
