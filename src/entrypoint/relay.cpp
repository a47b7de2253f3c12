// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/relay.hpp"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

namespace sidecarctl::entrypoint {
namespace {

bool is_writable(int descriptor) noexcept {
  pollfd entry{descriptor, POLLOUT, 0};
  return ::poll(&entry, 1, 0) == 1 && (entry.revents & (POLLOUT | POLLERR | POLLHUP)) != 0;
}

}  // namespace

void Relay::push(std::string_view bytes, std::int64_t now) {
  if (descriptor_ < 0) return;
  pending_.append(bytes);
  flush(now);
}

void Relay::flush(std::int64_t now) {
  std::size_t done = 0;
  while (done < pending_.size() && is_writable(descriptor_)) {
    // A pipe that says it is writable has room for PIPE_BUF bytes. O_NONBLOCK would be set for all who share the pipe.
    const std::size_t left = pending_.size() - done;
    const ssize_t written = ::write(descriptor_, pending_.data() + done, left < PIPE_BUF ? left : PIPE_BUF);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) break;
    if (written < 0) {
      descriptor_ = -1;  // Nobody listens any more: the log in the volume goes on.
      pending_.clear();
      return;
    }
    done += static_cast<std::size_t>(written);
  }
  pending_.erase(0, done);
  if (done > 0 || pending_.empty()) stalled_since_ = -1;
  if (pending_.empty()) return;
  if (stalled_since_ < 0) stalled_since_ = now;
  if (now - stalled_since_ >= kStall) pending_.clear();
}

}  // namespace sidecarctl::entrypoint
