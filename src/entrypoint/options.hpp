// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::entrypoint {

enum class OnRestart { fail, rerun, wait };

struct Volume {
  std::string name;
  std::string path;
};

struct Options {
  std::vector<Volume> volumes;  ///< The first one has the flags.
  bool loop = false;
  OnRestart on_restart = OnRestart::fail;
  // Milliseconds; 0: no limit, no heartbeat.
  std::int64_t timeout = 0;
  std::int64_t start_timeout = 0;
  std::int64_t close_timeout = 0;
  /// Below the 10 s that `docker stop` gives, so that the status is still written.
  std::int64_t grace = 8000;
  std::int64_t heartbeat = 5000;
  std::uint64_t log_limit = std::uint64_t{64} << 20U;
  unsigned umask = 022;
  bool shell = false;
  std::string shell_command;
  std::vector<std::string> command;  ///< As given; with --shell: its positional parameters.
  bool version = false;
  bool help = false;
};

/// One lookup in the environment; nullptr: not set.
using Lookup = const char* (*)(const char* name);

/// Every option is also the variable SIDECAR_ENTRYPOINT_NAME; the command line wins. Returns the fault, empty for none.
std::string parse_options(int argc, const char* const* argv, Lookup lookup, Options& options);

std::string_view usage_text() noexcept;

/// The command to run: `{shared}` and `{volume:NAME}` replaced in every argument; with --shell, /bin/sh -c. Other
/// braces stay. Returns the fault (an unknown volume), empty for none.
std::string build_command(const Options& options, std::vector<std::string>& argv);
std::string expand_volumes(std::string_view text, const std::vector<Volume>& volumes, std::string& expanded);

}  // namespace sidecarctl::entrypoint
