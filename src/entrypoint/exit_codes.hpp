// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Exit statuses of the entrypoint itself; docs/entrypoint.md has the same table.
namespace sidecarctl::entrypoint {

inline constexpr int kUsage = 64;
inline constexpr int kOwnFailure = 70;
inline constexpr int kVolumeUnusable = 73;
inline constexpr int kOldFlags = 120;
inline constexpr int kNoStart = 121;
inline constexpr int kNoClose = 122;
inline constexpr int kWrongInputs = 123;
inline constexpr int kTimedOut = 124;
inline constexpr int kCancelled = 125;
inline constexpr int kNotRunnable = 126;
inline constexpr int kNotFound = 127;
inline constexpr int kSignalBase = 128;

}  // namespace sidecarctl::entrypoint
