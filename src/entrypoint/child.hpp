// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/descriptor.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace sidecarctl::entrypoint {

/// The command, in a process group of its own, with pipes for its output.
struct Child {
  pid_t pid = -1;
  protocol::Descriptor out;
  protocol::Descriptor err;
  int error = 0;  ///< errno of what failed before the program ran.
};

/// Starts the program at `path`. Returns when execve has succeeded or failed.
Child start_child(const std::string& path, const std::vector<std::string>& argv);

/// The processes that descend from us, however they detached themselves; the subreaper flag keeps them below us.
std::vector<pid_t> descendants();
/// `signal`, and SIGCONT after it for those that are stopped.
void signal_descendants(int signal);
void signal_group(pid_t group, int signal);

}  // namespace sidecarctl::entrypoint
