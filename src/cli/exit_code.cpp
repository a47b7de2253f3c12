// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.hpp"

#include <csignal>

namespace sidecarctl {

ExitCode exit_code_of(const Error& error, int signal) {
  switch (error.kind()) {
    case ErrorKind::usage:
    case ErrorKind::config: return ExitCode::usage;
    case ErrorKind::policy: return ExitCode::no;
    case ErrorKind::interrupted: return signal == SIGTERM ? ExitCode::terminated : ExitCode::interrupted;
    case ErrorKind::not_found:
    case ErrorKind::denied:
    case ErrorKind::network:
    case ErrorKind::registry:
    case ErrorKind::corrupt:
    case ErrorKind::io:
    case ErrorKind::tool:
    case ErrorKind::timeout: return ExitCode::failed;
  }
  return ExitCode::bug;
}

}  // namespace sidecarctl
