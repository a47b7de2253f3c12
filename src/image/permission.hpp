// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/path_resolver.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sidecarctl {

/// Who asks: as the runtime would start the process.
struct Identity {
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::vector<std::uint64_t> groups;  ///< Supplementary groups, without `gid`.
  bool in_group(std::uint64_t group) const noexcept;
};

inline constexpr unsigned kRead = 4, kWrite = 2, kExecute = 1;

/// Does the kernel let `who` do all of `wanted` (bits kRead|kWrite|kExecute) on the node? First matching class decides
/// (path_resolution(7), acl(5)): an owner without w is denied even if others may. uid 0 is judged like everyone else:
/// the question is never asked for root. A malformed ACL counts as none.
bool allows(const FileNode& node, const Identity& who, unsigned wanted) noexcept;

/// Does the mode alone grant `wanted` to every class, so that the owner (and a look closer than ImageFiles::glance)
/// does not matter?
bool grants_everyone(const FileNode& node, unsigned wanted) noexcept;

/// The first parent in `resolved.parents` that `who` may not search (x); "" if there is none.
std::string blocking_parent(ImageFiles& files, const Resolved& resolved, const Identity& who);

}  // namespace sidecarctl
