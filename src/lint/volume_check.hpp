// SPDX-License-Identifier: Apache-2.0
// What the rules about shared volumes (SDC601-612) share.
#pragma once

#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

/// Asks one question about one volume: adds findings, and returns "" when it could be asked, else why not.
using VolumeCheck = std::string (*)(const Subject& subject, const VolumeFacts& volume, std::vector<Finding>& findings);

/// Asks for each volume of the subject. Not applicable when there is none, or when none could be asked.
Verdict check_volumes(const Subject& subject, std::vector<Finding>& findings, VolumeCheck check);

/// The check of a Rule that asks `check` for each volume.
template <VolumeCheck check>
Verdict each_volume(const Subject& subject, std::vector<Finding>& findings) {
  return check_volumes(subject, findings, check);
}

/// "" when the subject has volumes to ask for, else why not.
std::string why_no_volumes(const Subject& subject);

/// Why the question what the user may do in the folder is answered already, with the rule that did; "" when the folder
/// is usable.
std::string why_not_usable(const Subject& subject, const VolumeFacts& volume);

/// The folder itself as the place of a finding.
LayerFile folder_place(const VolumeFacts& volume);

/// "0:5001 with mode 2775": who owns a node.
std::string owner_and_mode(const FileNode& node);

/// Lines for the Dockerfile, with the user's own uid: "RUN mkdir -p P && chown 5001:5001 P" and the second half alone.
std::string mkdir_line(const Subject& subject, std::string_view path);
std::string chown_line(const Subject& subject, std::string_view path);

}  // namespace sidecarctl::lint
