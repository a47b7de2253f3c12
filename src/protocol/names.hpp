// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// The names of the documented flag protocol, and of our additions. Libc and Linux only: the static entrypoint links
/// this folder.
namespace sidecarctl::protocol {

inline constexpr std::string_view kVolumeRoot = "/opt/palantir/sidecars/shared-volumes/";
inline constexpr std::string_view kStartFlag = "start_flag";
inline constexpr std::string_view kDoneFlag = "done_flag";
inline constexpr std::string_view kCloseFlag = "close_flag";
inline constexpr std::string_view kLogFile = "logfile";
/// The part of the log before the last rotation.
inline constexpr std::string_view kOldLogFile = "logfile.1";

// Additions have dot-names, so that neither `ls` nor `*` in a command meets them.
inline constexpr std::string_view kHeartbeat = ".sidecar-heartbeat";
inline constexpr std::string_view kReserve = ".sidecar-status.tmp";

inline constexpr std::string_view kStatusSchema = "sidecar.status/v1";
inline constexpr std::string_view kStartSchema = "sidecar.start/v1";

/// inotify brings no events on gVisor, Kata, virtiofs and NFS: flags are also looked for this often.
inline constexpr int kPollMilliseconds = 200;

}  // namespace sidecarctl::protocol
