// SPDX-License-Identifier: Apache-2.0
#include "http/retry.hpp"

#include "http/url.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace sidecarctl {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstDelay{500};
constexpr milliseconds kMaxDelay{30000};
/// How long one sleep may be, so that Ctrl-C is noticed.
constexpr milliseconds kSlice{100};
/// A proxy's or server's bug answers 500 again and again; an overload passes.
constexpr unsigned kTriesForInternalError = 3;
constexpr unsigned kTriesForName = 3;
constexpr unsigned kTriesForConnect = 4;

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_http_date(const std::string& text) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

std::optional<milliseconds> parse_retry_after(std::string_view value, std::chrono::system_clock::time_point now) {
  value = trim(value);
  if (const auto seconds = parse_unsigned(value)) {
    constexpr std::uint64_t kYear = 366ULL * 24 * 3600;  // More would overflow, and is never waited for.
    return std::chrono::seconds(std::min(*seconds, kYear));
  }
  const auto date = parse_http_date(std::string(value));
  if (!date) return std::nullopt;
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(*date - now));
}

milliseconds next_delay(unsigned attempt, std::optional<milliseconds> retry_after, double random) {
  if (retry_after) return *retry_after;
  const unsigned doublings = std::min(attempt > 0 ? attempt - 1 : 0, 16U);
  const milliseconds ceiling = std::min(kMaxDelay, kFirstDelay * (1U << doublings));
  return milliseconds(
      static_cast<milliseconds::rep>(static_cast<double>(ceiling.count()) * std::clamp(random, 0.0, 1.0)));
}

bool is_transient_status(int status) noexcept {
  // 499 and 520-524 are proxies' words for a server that did not answer.
  constexpr std::array kTransient{408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524};
  return std::find(kTransient.begin(), kTransient.end(), status) != kTransient.end();
}

unsigned tries_for_status(int status) noexcept {
  if (!is_transient_status(status)) return 1;
  return status == 500 ? kTriesForInternalError : kMaxTries;
}

unsigned tries_for(const HttpError& error) noexcept {
  if (!error.is_transient()) return 1;
  switch (error.reason()) {
    case HttpError::Reason::resolve: return kTriesForName;
    case HttpError::Reason::connect:
    case HttpError::Reason::tls: return kTriesForConnect;
    default: return kMaxTries;
  }
}

RetryPacer::RetryPacer(Events& events, Clock& clock, const CancelToken& cancel, milliseconds max_time)
    : events_(events), clock_(clock), cancel_(cancel), max_time_(max_time), random_(std::random_device{}()) {}

void RetryPacer::wait(const std::string& host) {
  while (true) {
    cancel_.check();
    Clock::time_point gate;
    {
      const std::lock_guard guard(mutex_);
      const auto at = gates_.find(host);
      if (at == gates_.end()) return;
      gate = at->second;
    }
    const auto now = clock_.now();
    if (now >= gate) return;
    if (stopped_) throw Error(ErrorKind::interrupted, "stopped, because another request failed");
    clock_.sleep_for(std::min(kSlice, std::chrono::ceil<milliseconds>(gate - now)));
  }
}

bool RetryPacer::again(Operation& operation, const std::string& host, std::string_view reason, unsigned tries,
                       std::optional<milliseconds> retry_after) {
  if (operation.attempt >= tries) return false;
  if (retry_after && *retry_after > kMaxRetryAfter) return false;
  milliseconds delay{0};
  {
    const std::lock_guard guard(mutex_);
    delay = next_delay(operation.attempt, retry_after, std::uniform_real_distribution<double>(0, 1)(random_));
    const auto now = clock_.now();
    if (now + delay - operation.started > max_time_) return false;
    auto& gate = gates_[host];
    gate = std::max(gate, now + delay);
  }
  ++operation.attempt;
  events_.status(fmt::format("{}: {}; try {} of {} in {:.1f} s", host, reason, operation.attempt, tries,
                             static_cast<double>(delay.count()) / 1000));
  return true;
}

std::optional<milliseconds> RetryPacer::retry_after(const HttpResponse& response) {
  const auto value = find_header(response.headers, "Retry-After");
  return value ? parse_retry_after(*value, clock_.wall_now()) : std::nullopt;
}

std::string RetryPacer::story(const Operation& operation) {
  const auto time = std::chrono::duration_cast<milliseconds>(clock_.now() - operation.started);
  return fmt::format("after {} tries in {:.1f} s", operation.attempt, static_cast<double>(time.count()) / 1000);
}

namespace {

class RetryTransport final : public HttpTransport {
 public:
  RetryTransport(HttpTransport& inner, RetryPacer& pacer) : inner_(inner), pacer_(pacer) {}

  HttpResponse send(const HttpRequest& request) override {
    const auto url = try_parse_url(request.url);
    const std::string host = url ? url->authority() : "";
    auto operation = pacer_.begin();
    while (true) {
      pacer_.wait(host);
      if (auto response = try_once(request, operation, host)) return std::move(*response);
    }
  }

 private:
  /// nullopt: try again.
  std::optional<HttpResponse> try_once(const HttpRequest& request, RetryPacer::Operation& operation,
                                       const std::string& host) {
    try {
      HttpResponse response = inner_.send(request);
      const unsigned tries = request.repeatable ? tries_for_status(response.status) : 1;
      const std::string reason = fmt::format("status {}", response.status);
      if (tries > 1 && pacer_.again(operation, host, reason, tries, pacer_.retry_after(response))) return std::nullopt;
      return response;
    } catch (HttpError& error) {
      if (request.repeatable && pacer_.again(operation, host, error.message(), tries_for(error))) return std::nullopt;
      if (operation.attempt > 1) error.add_context(pacer_.story(operation));
      throw;
    }
  }

  HttpTransport& inner_;
  RetryPacer& pacer_;
};

}  // namespace

std::unique_ptr<HttpTransport> make_retry_transport(HttpTransport& inner, RetryPacer& pacer) {
  return std::make_unique<RetryTransport>(inner, pacer);
}

}  // namespace sidecarctl
