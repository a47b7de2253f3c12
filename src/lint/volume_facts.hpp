// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/path_resolver.hpp"
#include "lint/user_facts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

/// What became of one shared-volume folder in the final tree; what SDC601-612 share. `state` is the one primary answer:
/// a rule whose question it already answered is not-applicable.
struct VolumeFacts {
  enum class State {
    usable,          ///< The user can write to it.
    missing,         ///< SDC601.
    not_directory,   ///< SDC602: file, device, dangling or looping link.
    parent_blocks,   ///< SDC605.
    not_writable,    ///< SDC603.
    undecided_user,  ///< There is no user to ask for (SDC101-105 say why).
  };
  /// By what the user may write; valid when usable.
  enum class Grant { owner, group, acl, other };
  std::string name;  ///< "shared"
  std::string path;  ///< "/opt/palantir/sidecars/shared-volumes/shared"
  State state = State::missing;
  Resolved resolved;  ///< The lookup with links followed.
  Grant grant = Grant::owner;
  bool is_link = false;                   ///< The folder's own name is a link.
  std::vector<std::string> parent_links;  ///< Links on the way to it: "/opt -> /data/opt".
  std::optional<std::size_t> removed_in;  ///< When missing: the layer that removed it, if one did.
  std::string removed_path;               ///< What that layer removed: the folder or a parent of it.
  std::string blocked_by;                 ///< When parent_blocks: the parent without x.
  std::vector<std::string> entries;       ///< Names below the folder.
};
VolumeFacts find_volume_facts(ImageFiles& files, const std::string& name, const UserFacts& user);

/// Names of volumes whose path is spelled out in a text (an environment entry, a command, a script), each once, in
/// order: "shared" for ".../shared-volumes/shared/in". Names made of variables are not seen.
std::vector<std::string> volume_names_in(std::string_view text);

}  // namespace sidecarctl::lint
