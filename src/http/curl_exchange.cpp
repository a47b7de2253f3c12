// SPDX-License-Identifier: Apache-2.0
#include "http/curl_exchange.hpp"

#include "http/curl_error.hpp"
#include "http/http_error.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

namespace sidecarctl::curl {

namespace {

/// Real answers stay below 8 KiB; this bounds what a server can make us keep.
constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
constexpr std::size_t kMaxLocation = 8 * 1024;
/// Bytes of the body that may wait for the reader; the socket is paused beyond it.
constexpr std::size_t kWindow = 256 * 1024;
/// Ctrl-C is noticed within this.
constexpr int kPollMilliseconds = 100;
constexpr std::chrono::milliseconds kDefaultIdleTimeout{60000};
/// An unread rest up to this is swallowed to keep the connection; a longer one costs more than a new
/// connection.
constexpr int kDrainRounds = 4;

}  // namespace

Exchange::Exchange(std::shared_ptr<Pool> pool, std::shared_ptr<const ConnectionSetup> setup, const HttpRequest& request,
                   Url url, const CancelToken& cancel)
    : pool_(std::move(pool)),
      setup_(std::move(setup)),
      request_(request),
      url_(std::move(url)),
      cancel_(cancel),
      slot_(pool_->acquire(url_.scheme + "://" + url_.authority())),
      last_activity_(std::chrono::steady_clock::now()),
      next_notice_(request.slow_answer) {
  CURL* easy = slot_->easy;
  apply_connection(easy, *setup_, url_);
  apply_request(easy, request_, url_, header_list_);
  set_pointer(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  set_callback(easy, CURLOPT_HEADERFUNCTION, &Exchange::on_header);
  set_pointer(easy, CURLOPT_HEADERDATA, this);
  set_callback(easy, CURLOPT_WRITEFUNCTION, &Exchange::on_write);
  set_pointer(easy, CURLOPT_WRITEDATA, this);
  if (setup_->options.verify_tls && url_.scheme == "https") {
    set_callback(easy, CURLOPT_SSL_CTX_FUNCTION, &Exchange::on_tls_context);
    set_pointer(easy, CURLOPT_SSL_CTX_DATA, this);
  }
  body_finished_ = request_.body_size == 0U;
  if (request_.body) {
    set_callback(easy, CURLOPT_READFUNCTION, &Exchange::on_read);
    set_pointer(easy, CURLOPT_READDATA, this);
    set_callback(easy, CURLOPT_SEEKFUNCTION, &Exchange::on_seek);
    set_pointer(easy, CURLOPT_SEEKDATA, this);
  }
  check(curl_multi_add_handle(slot_->multi, easy), "curl_multi_add_handle");
}

Exchange::~Exchange() {
  if (!slot_) return;
  discard_ = true;
  try {  // A short rest is often in the socket already: swallowing it keeps the connection for the next
         // request.
    for (int round = 0; round < kDrainRounds && !done_ && headers_complete_ && !failure_; ++round) {
      if (std::exchange(paused_, false)) curl_easy_pause(slot_->easy, CURLPAUSE_CONT);
      step();
    }
  } catch (const std::exception& error) {
    log(LogLevel::trace, "dropped an answer of {}: {}", url_.authority(), error.what());
  }
  give_up();
}

/// Ends the transfer; an unfinished one costs its connection.
void Exchange::give_up() noexcept {
  if (!slot_) return;
  curl_multi_remove_handle(slot_->multi, slot_->easy);
  if (failure_) {  // No connection to keep; and after a failed name lookup libcurl 7.88 refuses CURLOPT_BUFFERSIZE.
    slot_.reset();
    return;
  }
  try {
    pool_->release(std::move(slot_));
  } catch (...) {
    slot_.reset();
  }
}

void Exchange::start() {
  while (!answer_ready()) {
    step();
    if (!answer_ready()) wait();
  }
  if (!headers_complete_) {
    if (failure_) std::rethrow_exception(failure_);
    throw HttpError(HttpError::Reason::broken, ErrorKind::network,
                    fmt::format("{} closed the connection without an answer", url_.authority()));
  }
}

bool Exchange::answer_ready() const noexcept {
  if (done_) return true;
  if (!headers_complete_) return false;
  // Some servers answer 2xx early and want the rest; a no ends the upload, nobody will read what follows.
  return !request_.body || body_finished_ || status_ >= 300 || paused_;
}

void Exchange::step() {
  int running = 0;
  const CURLMcode code = curl_multi_perform(slot_->multi, &running);
  if (pending_) std::rethrow_exception(std::exchange(pending_, nullptr));
  check(code, "curl_multi_perform");
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(slot_->multi, &left)) {
    if (message->msg == CURLMSG_DONE) finish(message->data.result);
    if (done_) return;
  }
}

void Exchange::finish(CURLcode code) {
  done_ = true;
  // After a no, the server may close while we still send: the answer is what counts.
  const bool answered = headers_complete_ && request_.body && status_ >= 300;
  if (code != CURLE_OK && !answered) {
    const FailedTransfer failed{
        slot_->easy, code, error_text_.data(), url_, *setup_, headers_complete_, certificate_.description()};
    failure_ = std::make_exception_ptr(describe_failure(failed));
  }
  give_up();
}

void Exchange::wait() {
  check(curl_multi_poll(slot_->multi, nullptr, 0, kPollMilliseconds, nullptr), "curl_multi_poll");
  if (!request_.even_if_cancelled) cancel_.check();
  check_stall();
}

void Exchange::check_stall() {
  const auto now = std::chrono::steady_clock::now();
  curl_off_t sent = 0;
  check(curl_easy_getinfo(slot_->easy, CURLINFO_SIZE_UPLOAD_T, &sent), "CURLINFO_SIZE_UPLOAD_T");
  // The upload buffer may take minutes to drain on a slow line, without a single call for more.
  if (std::exchange(sent_on_wire_, sent) != sent) last_activity_ = now;
  tell_slow_answer(now - last_activity_);
  auto limit = request_.idle_timeout.value_or(kDefaultIdleTimeout);
  if (body_finished_ && request_.answer_timeout) limit = *request_.answer_timeout;
  if (now - last_activity_ < limit) return;
  throw HttpError(HttpError::Reason::stalled, ErrorKind::timeout,
                  fmt::format("{} sent and took nothing for {} s", url_.authority(),
                              std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
}

void Exchange::tell_slow_answer(std::chrono::steady_clock::duration silence) {
  const bool all_sent = !request_.body || body_finished_;
  if (!request_.on_slow_answer || !all_sent || headers_complete_ || silence < next_notice_) return;
  request_.on_slow_answer(std::chrono::duration_cast<std::chrono::milliseconds>(silence));
  next_notice_ *= 2;
}

std::size_t Exchange::read_buffer(std::span<std::byte> out) {
  const std::size_t count = std::min(out.size(), window_.size() - window_start_);
  std::memcpy(out.data(), window_.data() + window_start_, count);
  window_start_ += count;
  if (window_start_ == window_.size()) {
    window_.clear();
    window_start_ = 0;
  }
  return count;
}

std::size_t Exchange::read(std::span<std::byte> out) {
  if (out.empty()) return 0;
  try {
    if (window_.empty() && slot_)
      last_activity_ = std::chrono::steady_clock::now();  // The reader's own time does not count.
    while (window_.empty() && !done_) {
      // Unpausing delivers what was held back, from inside the call.
      if (std::exchange(paused_, false)) check(curl_easy_pause(slot_->easy, CURLPAUSE_CONT), "curl_easy_pause");
      if (pending_) std::rethrow_exception(std::exchange(pending_, nullptr));
      if (window_.empty()) step();
      if (window_.empty() && !done_) wait();
    }
  } catch (...) {
    if (!failure_) failure_ = std::current_exception();
    done_ = true;
    give_up();
  }
  if (!window_.empty()) return read_buffer(out);
  if (failure_) std::rethrow_exception(failure_);
  return 0;
}

// The C callbacks: no exception may pass through libcurl.

std::size_t Exchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  try {
    exchange.take_header({data, size * count});
    return size * count;
  } catch (...) {
    exchange.pending_ = std::current_exception();
    return 0;
  }
}

std::size_t Exchange::on_write(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  try {
    return exchange.take_body({data, size * count});
  } catch (...) {
    exchange.pending_ = std::current_exception();
    return 0;
  }
}

std::size_t Exchange::on_read(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  try {
    return exchange.give_body({data, size * count});
  } catch (...) {
    exchange.pending_ = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

int Exchange::on_seek(void* self, curl_off_t offset, int origin) {
  auto& exchange = *static_cast<Exchange*>(self);
  try {  // A kept connection turned out to be dead, and libcurl sends the body again on a new one.
    if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
    exchange.body_.reset();
    exchange.body_given_ = 0;
    exchange.body_finished_ = false;
    return CURL_SEEKFUNC_OK;
  } catch (...) {
    exchange.pending_ = std::current_exception();
    return CURL_SEEKFUNC_FAIL;
  }
}

CURLcode Exchange::on_tls_context(CURL*, void* ssl_context, void* self) noexcept {
  static_cast<Exchange*>(self)->certificate_.attach(ssl_context);
  return CURLE_OK;
}

void Exchange::take_header(std::string_view line) {
  last_activity_ = std::chrono::steady_clock::now();
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    throw HttpError(HttpError::Reason::limit, ErrorKind::network,
                    fmt::format("{} sent more than {} bytes of headers", url_.authority(), kMaxHeaderBytes));
  }
  if (headers_complete_) return;  // Trailers.
  if (line.starts_with("HTTP/")) {
    headers_.clear();
  } else if (!trim(line).empty()) {
    take_field(line);
  } else {
    long status = 0;
    curl_easy_getinfo(slot_->easy, CURLINFO_RESPONSE_CODE, &status);
    status_ = static_cast<int>(status);
    headers_complete_ = status >= 200;
  }
}

void Exchange::take_field(std::string_view line) {
  if ((line.front() == ' ' || line.front() == '\t') && !headers_.empty()) {  // Obsolete line folding.
    headers_.back().second += " " + std::string(trim(line));
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = trim(line.substr(0, colon));
  const std::string_view value = trim(line.substr(colon + 1));
  if (value.size() > kMaxLocation && equals_ignore_case(name, "Location")) {
    throw HttpError(HttpError::Reason::limit, ErrorKind::network,
                    fmt::format("{} sent a Location longer than {} bytes", url_.authority(), kMaxLocation));
  }
  headers_.emplace_back(name, value);
}

std::size_t Exchange::take_body(std::string_view bytes) {
  last_activity_ = std::chrono::steady_clock::now();
  if (discard_) return bytes.size();
  if (!window_.empty() && window_.size() - window_start_ + bytes.size() > kWindow) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  window_ += bytes;
  return bytes.size();
}

std::size_t Exchange::give_body(std::span<char> out) {
  if (answered_no()) return 0;               // The server has decided; it need not get the rest.
  if (discard_) return CURL_READFUNC_ABORT;  // An end here would pass for the end of the whole body.
  if (!body_) body_ = request_.body();
  const std::size_t count = body_->read(std::as_writable_bytes(out));
  last_activity_ = std::chrono::steady_clock::now();
  body_given_ += count;
  if (request_.body_size && body_given_ > *request_.body_size) {
    throw Error(ErrorKind::corrupt, fmt::format("the body is longer than the {} bytes announced", *request_.body_size));
  }
  if (count == 0 && request_.body_size && body_given_ < *request_.body_size) {
    throw Error(ErrorKind::corrupt,
                fmt::format("the body ends after {} of {} bytes", body_given_, *request_.body_size));
  }
  body_finished_ = count == 0 || (request_.body_size && body_given_ == *request_.body_size);
  if (request_.on_sent) request_.on_sent(body_given_);
  return count;
}

}  // namespace sidecarctl::curl
