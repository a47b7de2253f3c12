// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scaffold/plan.hpp"
#include "util/cancel.hpp"

#include <filesystem>
#include <vector>

namespace sidecarctl::scaffold {

/// Writes all files below `folder` (made if it is not there), or none: after a failure everything is as before. No link
/// below the folder is followed. What exists is a conflict: without `force` all of them are told in one Error{policy};
/// with it files and links are replaced, folders never.
void write_files(const std::filesystem::path& folder, const std::vector<PlannedFile>& files, bool force,
                 const CancelToken& cancel);

}  // namespace sidecarctl::scaffold
