// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/path_resolver.hpp"
#include "image/types.hpp"
#include "lint/program_head.hpp"
#include "lint/user_facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

/// One step of what the kernel does to start a program: the file itself, then its script interpreter, then `env`'s
/// program, then the ELF loader.
struct StartStep {
  enum class Role { program, interpreter, env_program, loader };
  Role role = Role::program;
  std::string wanted;  ///< As asked for: "entrypoint.sh", "/usr/bin/env", "python3".
  bool found = false;
  Resolved resolved;               ///< When found, or the failed lookup of a path.
  std::vector<std::string> tried;  ///< Paths that a PATH search looked at; empty when `wanted` is a path.
  std::string refused;             ///< Why what is there is not the one, when `found` is false; "" if nothing is there.
  std::string blocked_by;          ///< A parent that the user cannot search; "" if none.
  bool is_directory = false;
  bool executable = false;  ///< A regular file, and the user has x on it.
  bool readable = false;
  ProgramHead head;  ///< Valid when found and a regular file; not read of a loader.

  bool is_script() const noexcept { return found && head.kind == ProgramHead::Kind::script; }
  bool is_elf() const noexcept { return found && head.kind == ProgramHead::Kind::elf; }
};

/// Where programs are looked for.
struct ProgramSearch {
  std::vector<std::string> directories;  ///< PATH.
  std::string working_dir = "/";         ///< For relative names and relative directories of PATH.
  /// As runc searches for the container's own program: the first file with any x bit is the one, and a relative
  /// directory of PATH is refused. Shells and env take the first file that this user may execute.
  bool by_runtime = false;
};

/// Finds a program by name or path as execvp in the container would. Reads no content. `user`: who starts it; when it
/// does not exist, x and r are not judged (`executable` and `readable` are true).
StartStep find_program(ImageFiles& files, const std::string& name, const ProgramSearch& search, const UserFacts& user);

/// What is at `path` (relative ones: from `working_dir`), without a search.
StartStep look_at_path(ImageFiles& files, const std::string& path, const std::string& working_dir,
                       const UserFacts& user);

/// The directories of a PATH value; an empty entry is ".".
std::vector<std::string> split_search_path(std::string_view value);

/// What containerd and docker give a container whose image has no PATH.
inline constexpr std::string_view kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What a C library searches when there is no PATH at all (confstr _CS_PATH).
inline constexpr std::string_view kLibraryPath = "/bin:/usr/bin";

/// `path` as seen from `working_dir`.
std::string absolute_path(const std::string& path, const std::string& working_dir);

/// The directories of the image's PATH; the runtime's default only when it has none.
std::vector<std::string> search_path_of(const ImageConfig& config);

/// The image's working folder, absolute.
std::string working_dir_of(const ImageConfig& config);

/// "run.sh" of "/app/run.sh".
std::string_view file_name_of(std::string_view path);

}  // namespace sidecarctl::lint
