// SPDX-License-Identifier: Apache-2.0
#include "commands/deadline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace sidecarctl {

namespace {

/// A signal handler can set a token, but wake nobody.
constexpr std::chrono::milliseconds kLookAtOuter{50};

}  // namespace

Deadline::Deadline(const CancelToken& outer, std::optional<std::chrono::milliseconds> limit)
    : outer_(outer), limit_(limit) {
  if (limit_) watcher_ = std::thread([this] { watch(); });
}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_one();
  if (watcher_.joinable()) watcher_.join();
}

void Deadline::watch() {
  const auto end = std::chrono::steady_clock::now() + *limit_;
  std::unique_lock lock(mutex_);
  while (!ended_) {
    const auto now = std::chrono::steady_clock::now();
    if (outer_.cancelled()) return token_.cancel(outer_.signal());
    if (now >= end) return token_.cancel(SIGALRM);
    wake_.wait_until(lock, std::min(end, now + kLookAtOuter));
  }
}

bool Deadline::is_over(const Error& error) const noexcept {
  return limit_ && error.kind() == ErrorKind::interrupted && token_.signal() == SIGALRM && !outer_.cancelled();
}

Error Deadline::timeout_of(const Error& error) const {
  Error result(ErrorKind::timeout,
               fmt::format("not done within {:g} s", std::chrono::duration<double>(*limit_).count()));
  for (const std::string& frame : error.context()) result.add_context(frame);
  result.set_hint(error.hint() ? *error.hint() : "raise --timeout");
  return result;
}

}  // namespace sidecarctl
