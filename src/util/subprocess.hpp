// SPDX-License-Identifier: Apache-2.0
// Other programs: run without a shell, with bounded output and a time limit.
#pragma once

#include "util/byte_source.hpp"
#include "util/cancel.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sidecarctl {

struct CommandLine {
  std::vector<std::string> argv;                        ///< argv[0] is looked up in PATH.
  std::string input;                                    ///< Written to its stdin, then closed.
  std::optional<std::chrono::milliseconds> time_limit;  ///< Then SIGTERM to its process group, 2 s later SIGKILL.
  std::uint64_t output_limit =
      1024UL * 1024;  ///< Bytes of stdout; more throws Error{tool}. stderr keeps its last 64 KiB.
};

struct CommandResult {
  int exit_code = 0;  ///< 128 + signal when a signal ended it.
  std::string output, error_output;
};

/// Runs to the end, in a process group of its own. A status other than 0 is a normal return. Throws Error{not_found} if
/// there is no such program, Error{timeout}, Error{interrupted} on cancel, Error{tool} for too much output.
CommandResult run_command(const CommandLine& command, const CancelToken& cancel);

/// Is there an executable file of that name in PATH?
bool has_program(const std::string& name);

/// Starts the program and gives its stdout as a stream. The end of the stream throws Error{tool} with the end of stderr
/// if the status is not 0. Destroying the source early kills the process group.
std::unique_ptr<ByteSource> open_command_output(const std::vector<std::string>& argv, const CancelToken& cancel);

}  // namespace sidecarctl
