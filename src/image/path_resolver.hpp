// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// The end of a path lookup that follows symlinks inside the image only (".." stops at the image's root).
struct Resolved {
  enum class Outcome { found, missing, loop, not_a_directory };
  Outcome outcome = Outcome::missing;
  std::string path;                  ///< Where it ended: of the node when found, else of the component that failed.
  FileNode node;                     ///< Valid when found.
  std::vector<std::string> links;    ///< Each link on the way, "/bin -> usr/bin".
  std::vector<std::string> parents;  ///< Every directory passed through, "/" first: what needs the x bit.
  bool found() const noexcept { return outcome == Outcome::found; }
};

enum class FollowLast { yes, no };

/// Looks up an absolute path. At most 40 links are followed, as in Linux (ELOOP).
Resolved resolve(ImageFiles& files, std::string_view path, FollowLast follow = FollowLast::yes);
/// The same for who asks only what kind of node is there: a node that is found may be brief (ImageFiles::glance), and
/// `links` as the place tells them. What is not found is told as resolve() tells it.
Resolved resolve_briefly(ImageFiles& files, std::string_view path);

}  // namespace sidecarctl
