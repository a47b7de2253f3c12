// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/options.hpp"

namespace sidecarctl::entrypoint {

std::string_view usage_text() noexcept {
  return R"(usage: sidecar-entrypoint [OPTION]... -- COMMAND [ARG]...
       sidecar-entrypoint [OPTION]... --shell 'PIPELINE' [-- ARG...]

Waits for start_flag in the shared volume, runs the command, writes done_flag with a status, waits for close_flag.
{shared} and {volume:NAME} in arguments become the paths of volumes.

  --volume NAME|DIR       volume with the flags; repeat for more (SHARED_DIR, else "shared")
  --shell 'PIPELINE'      run by /bin/sh -c instead of a command
  --loop                  one run for each cycle of start_flag and close_flag
  --on-restart HOW        flags of an earlier run are there: fail (default), rerun, wait
  --timeout TIME          limit for the command (none)
  --start-timeout TIME    limit for the wait for start_flag (none)
  --close-timeout TIME    limit for the wait for close_flag (none)
  --grace TIME            between SIGTERM and SIGKILL (8s)
  --heartbeat TIME        how often the heartbeat file is touched; 0: never (5s)
  --log-limit SIZE        limit for the log in the volume; 0: no log there (64Mi)
  --umask OCTAL           for the command (022)
  --version, --help

Each option is also a variable: --start-timeout is SIDECAR_ENTRYPOINT_START_TIMEOUT.

exit status: the command's, or 128 + signal; 126 not executable, 127 not found; 124 --timeout, 121 --start-timeout,
122 --close-timeout, 125 cancelled by close_flag, 123 inputs not as start_flag says, 120 flags of an earlier run,
73 volume not usable, 64 wrong usage, 70 failure of the entrypoint itself
)";
}

}  // namespace sidecarctl::entrypoint
