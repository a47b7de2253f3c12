// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/cancel.hpp"
#include "util/error.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace sidecarctl {

/// A time limit for a whole command, as a token that is also cancelled when time is up.
class Deadline {
 public:
  /// `outer` is passed on, and must outlive this. `limit` nullopt: there is none, and the token is `outer`.
  Deadline(const CancelToken& outer, std::optional<std::chrono::milliseconds> limit);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  const CancelToken& token() const noexcept { return limit_ ? token_ : outer_; }

  /// Runs `body`; what it throws because time is up becomes an Error{timeout}.
  template <class Body>
  decltype(auto) run(Body&& body) {
    try {
      return body();
    } catch (const Error& error) {
      if (!is_over(error)) throw;
      throw timeout_of(error);
    }
  }

 private:
  void watch();
  bool is_over(const Error& error) const noexcept;
  Error timeout_of(const Error& error) const;

  const CancelToken& outer_;
  std::optional<std::chrono::milliseconds> limit_;
  CancelToken token_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread watcher_;  ///< Last: it uses the others.
};

}  // namespace sidecarctl
