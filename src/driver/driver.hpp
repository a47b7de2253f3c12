// SPDX-License-Identifier: Apache-2.0
// The executor's half of the flag protocol on a folder: what the documented driver code does, without its gaps.
#pragma once

#include "driver/volume.hpp"
#include "util/cancel.hpp"
#include "util/error.hpp"
#include "util/events.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

struct DriveInput {
  std::filesystem::path source;
  std::string name;  ///< Below the volume.
};

struct DriveOutput {
  std::string name;  ///< Below the volume.
  bool optional = false;
};

struct DriveOptions {
  std::filesystem::path volume;
  std::string run_id;
  std::vector<DriveInput> inputs;
  std::vector<DriveOutput> outputs;
  std::filesystem::path out = ".";            ///< Folder for the outputs.
  std::string prefix;                         ///< Before the file name of every output.
  std::chrono::milliseconds timeout{600000};  ///< From start_flag to done_flag; 0: none.
  /// A heartbeat file older than this means that the sidecar is dead; counts only when there is one. 0: not looked at.
  std::chrono::milliseconds heartbeat_timeout{120000};
};

/// What `done_flag` says, as far as it says it: the documented entrypoint writes nothing into it.
struct DriveStatus {
  std::string state;  ///< "succeeded"; "" when the flag does not tell.
  std::optional<std::string> run_id;
  std::optional<std::int64_t> exit_code;
  std::string reason;
};

struct DriveReport {
  std::string run_id;
  std::vector<StoredFile> inputs;
  std::optional<DriveStatus> status;  ///< nullopt: done_flag never came.
  std::vector<StoredFile> outputs;
  std::vector<std::string> missing;  ///< Outputs that had to be there.
  std::string wakeup;                ///< "inotify" or "poll": how done_flag was noticed.
  bool closed = false;               ///< close_flag was written.
  std::chrono::milliseconds copied_in{0}, ran{0}, copied_out{0};
  std::optional<Error> error;  ///< Why the run is not good; its kind is policy when the sidecar itself said no.
};

/// One run: inputs in, start_flag, wait, outputs out, close_flag. Never throws an Error: it is in the report.
/// close_flag is written whatever happens, once the volume was found unused.
DriveReport drive(const DriveOptions& options, Events& events, const CancelToken& cancel);

/// A new one for each call: 32 lower-case hexadecimal digits.
std::string make_run_id();

/// What a done_flag's content says. Any text is allowed; one that is no status says nothing.
DriveStatus parse_drive_status(const std::string& text);

}  // namespace sidecarctl
