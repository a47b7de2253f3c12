// SPDX-License-Identifier: Apache-2.0
// When to try again, and when not: pure decisions, one pacer that all requests of a run share, and the transport on
// top.
#pragma once

#include "http/http_error.hpp"
#include "http/transport.hpp"
#include "util/clock.hpp"
#include "util/events.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace sidecarctl {

inline constexpr unsigned kMaxTries = 6;
/// A server that asks for more is not waited for: the user decides.
inline constexpr std::chrono::milliseconds kMaxRetryAfter{300000};

/// The value of a Retry-After header (RFC 9110 section 10.2.3): seconds or an HTTP date; a date in the past is 0.
/// nullopt: neither.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                           std::chrono::system_clock::time_point now);

/// IMF-fixdate, the one form of HTTP dates that servers send: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<std::chrono::system_clock::time_point> parse_http_date(const std::string& text);

/// How long to wait after try number `attempt` (from 1) failed: what the server asked for, else 0.5 s doubled each
/// time, up to 30 s, times `random` (0 to 1), so that many clients do not come back at once.
std::chrono::milliseconds next_delay(unsigned attempt, std::optional<std::chrono::milliseconds> retry_after,
                                     double random);

/// Could the same request succeed a moment later?
bool is_transient_status(int status) noexcept;
/// How many tries a status or a failure is worth in all.
unsigned tries_for_status(int status) noexcept;
unsigned tries_for(const HttpError& error) noexcept;

/// Spaces out tries. A delay holds back every request to that host. Thread-safe.
class RetryPacer {
 public:
  /// References must outlive it. `max_time`: of one operation, first failure to last try.
  RetryPacer(Events& events, Clock& clock, const CancelToken& cancel, std::chrono::milliseconds max_time);

  struct Operation {
    unsigned attempt = 1;
    Clock::time_point started;
  };
  Operation begin() { return {1, clock_.now()}; }

  /// Blocks while the host's gate is shut. Throws Error{interrupted}, at once after stop_waiting().
  void wait(const std::string& host);
  /// What failed for good makes further tries useless: nobody waits for a gate any more.
  void stop_waiting() noexcept { stopped_ = true; }
  /// Shuts the gate for the next try of `operation` and tells the user; false: it is not worth another try.
  bool again(Operation& operation, const std::string& host, std::string_view reason, unsigned tries,
             std::optional<std::chrono::milliseconds> retry_after = std::nullopt);
  /// The Retry-After of a response.
  std::optional<std::chrono::milliseconds> retry_after(const HttpResponse& response);
  /// "after 4 tries in 12 s", for the context of the error that remains.
  std::string story(const Operation& operation);

 private:
  Events& events_;
  Clock& clock_;
  const CancelToken& cancel_;
  std::chrono::milliseconds max_time_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> gates_;
  std::minstd_rand random_;
};

/// Repeats what is worth it, as the pacer says; the last answer or error is the caller's. A request that is not
/// `repeatable` is sent once, but waits for the gate. References must outlive it.
std::unique_ptr<HttpTransport> make_retry_transport(HttpTransport& inner, RetryPacer& pacer);

}  // namespace sidecarctl
