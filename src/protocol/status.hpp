// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::protocol {

enum class State { succeeded, failed, not_started, cancelled, timed_out };

std::string_view state_name(State state) noexcept;

/// What `done_flag` holds: schema sidecar.status/v1.
struct Status {
  std::string run_id;
  State state = State::failed;
  int exit_code = 0;              ///< With which the entrypoint ends: the command's, 128 + signal, or one of its own.
  int signal = 0;                 ///< That ended the command; 0 (null in JSON): none.
  std::string reason;             ///< Empty for success.
  std::vector<std::string> argv;  ///< After expansion.
  std::int64_t started_unix = 0;  ///< Milliseconds since 1970; 0 (null in JSON): the command never ran.
  std::int64_t ended_unix = 0;
  std::int64_t milliseconds = 0;  ///< Of the monotonic clock.
  std::uint64_t log_bytes = 0;    ///< All that the command wrote to its two streams.
  std::uint64_t max_rss_bytes = 0;
  std::int64_t oom_kills = -1;  ///< -1 (null in JSON): the cgroup does not say.
  std::string version;
};

/// Arguments are cut here, so that the status always fits into the space reserved for it.
inline constexpr std::size_t kMaxArgvBytes = 8192;
inline constexpr std::size_t kMaxReasonBytes = 2048;
/// Largest text status_json() gives: each byte may become six.
inline constexpr std::size_t kMaxStatusBytes = 96 * 1024;

/// One line of JSON with its newline.
std::string status_json(const Status& status);

}  // namespace sidecarctl::protocol
