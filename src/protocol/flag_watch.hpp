// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/descriptor.hpp"
#include "protocol/directory.hpp"

namespace sidecarctl::protocol {

/// The wait primitive: wakes a poll() when something in a folder changes. It only wakes; whether a flag is there is
/// asked of the folder, after the watch stands and after each wake-up, so no change is lost. Without events (no inotify
/// instance left, a file system that has none) the caller's poll() ends after kPollMilliseconds at the latest, and that
/// is enough.
///
///   FlagWatch watch(folder);
///   while (!folder.exists(kDoneFlag)) { poll({watch.descriptor(), ...}, watch.poll_limit(left)); watch.drain(); }
class FlagWatch {
 public:
  explicit FlagWatch(const Directory& folder);

  /// For POLLIN; -1 (which poll() skips) when there are no events here.
  int descriptor() const noexcept { return inotify_.get(); }
  /// Reads what came. True: there was an event, so it was not the clock that woke us.
  bool drain();
  /// Has this folder ever brought an event? Reports say "inotify" or "poll" after it.
  bool has_events() const noexcept { return has_events_; }
  /// `milliseconds` (negative: no limit) cut to the interval in which we look in any case.
  static int poll_limit(long long milliseconds) noexcept;

 private:
  Descriptor inotify_;
  bool has_events_ = false;
};

}  // namespace sidecarctl::protocol
