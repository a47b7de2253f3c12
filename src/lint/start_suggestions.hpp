// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "lint/program_search.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sidecarctl::lint {

/// A program that may be meant by one that was not found: the same name elsewhere, else a similar name where it was
/// looked for. An absolute path.
std::optional<std::string> suggest_program(ImageFiles& files, const StartStep& missing,
                                           const std::vector<std::string>& search_path, const std::string& working_dir);

}  // namespace sidecarctl::lint
