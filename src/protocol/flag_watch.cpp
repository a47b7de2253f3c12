// SPDX-License-Identifier: Apache-2.0
#include "protocol/flag_watch.hpp"

#include "protocol/names.hpp"

#include <errno.h>
#include <sys/inotify.h>

#include <cstring>

namespace sidecarctl::protocol {
namespace {

constexpr std::uint32_t kEvents =
    IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
/// After these the watch is dead or has gaps; polling goes on.
constexpr std::uint32_t kUseless = IN_Q_OVERFLOW | IN_UNMOUNT | IN_IGNORED | IN_DELETE_SELF;

}  // namespace

FlagWatch::FlagWatch(const Directory& folder) : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!inotify_.valid()) return;
  // By the descriptor, so that it is the folder we hold; /proc may be missing.
  const std::string held = "/proc/self/fd/" + std::to_string(folder.descriptor());
  if (::inotify_add_watch(inotify_.get(), held.c_str(), kEvents) < 0 &&
      ::inotify_add_watch(inotify_.get(), folder.path().c_str(), kEvents) < 0) {
    inotify_.reset();
  }
}

bool FlagWatch::drain() {
  bool any = false;
  bool useless = false;
  alignas(inotify_event) char buffer[4096];
  while (inotify_.valid()) {
    const ssize_t size = ::read(inotify_.get(), buffer, sizeof buffer);
    if (size <= 0) {
      if (size < 0 && errno == EINTR) continue;
      break;
    }
    any = true;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof event);
      useless = useless || (event.mask & kUseless) != 0;
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
  if (useless) inotify_.reset();
  has_events_ = has_events_ || any;
  return any;
}

int FlagWatch::poll_limit(long long milliseconds) noexcept {
  return milliseconds < 0 || milliseconds > kPollMilliseconds ? kPollMilliseconds : static_cast<int>(milliseconds);
}

}  // namespace sidecarctl::protocol
