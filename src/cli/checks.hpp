// SPDX-License-Identifier: Apache-2.0
// Checks for values on the command line, in the shape that CLI::Option::check takes: "" is right, else what is wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sidecarctl {

std::string check_duration(const std::string& text);
/// As check_duration, and 0 is refused.
std::string check_positive_duration(const std::string& text);
/// Bytes, or k M G (1000), Ki Mi Gi (1024).
std::string check_size(const std::string& text);

/// The value of an option that check_duration or check_size has let pass.
std::chrono::milliseconds checked_duration(const std::string& text);
std::uint64_t checked_size(const std::string& text);

}  // namespace sidecarctl
