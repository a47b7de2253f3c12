// SPDX-License-Identifier: Apache-2.0
// One transfer driven by its reader: libcurl works only inside start() and read(). Private to this folder.
#pragma once

#include "http/curl_handle.hpp"
#include "http/curl_setup.hpp"
#include "http/transport.hpp"
#include "http/url.hpp"
#include "util/cancel.hpp"
#include "util/certificate_recorder.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace sidecarctl::curl {

class Exchange {
 public:
  Exchange(std::shared_ptr<Pool> pool, std::shared_ptr<const ConnectionSetup> setup, const HttpRequest& request,
           Url url, const CancelToken& cancel);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Sends, and returns when the final status and headers are there (for an upload: also when all is sent, or
  /// the answer is no).
  void start();
  int status() const noexcept { return status_; }
  const Headers& headers() const noexcept { return headers_; }
  /// The body, as ByteSource::read.
  std::size_t read(std::span<std::byte> out);

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_write(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_read(char* data, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static CURLcode on_tls_context(CURL* handle, void* ssl_context, void* self) noexcept;

  void take_header(std::string_view line);
  void take_field(std::string_view line);
  std::size_t take_body(std::string_view bytes);
  std::size_t give_body(std::span<char> out);
  bool answer_ready() const noexcept;
  bool answered_no() const noexcept { return headers_complete_ && status_ >= 300; }
  void step();
  void wait();
  void check_stall();
  void tell_slow_answer(std::chrono::steady_clock::duration silence);
  void finish(CURLcode code);
  void give_up() noexcept;
  std::size_t read_buffer(std::span<std::byte> out);

  std::shared_ptr<Pool> pool_;
  std::shared_ptr<const ConnectionSetup> setup_;
  HttpRequest request_;
  Url url_;
  const CancelToken& cancel_;
  HeaderList header_list_;
  std::unique_ptr<Slot> slot_;  ///< Null when the transfer is over.
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CertificateRecorder certificate_;

  std::exception_ptr pending_;  ///< Thrown inside a C callback; rethrown whatever libcurl makes of it.
  std::exception_ptr failure_;  ///< What every read throws once the buffer is empty.
  std::unique_ptr<ByteSource> body_;
  std::uint64_t body_given_ = 0;
  bool body_finished_ = false;
  Headers headers_;
  std::size_t header_bytes_ = 0;
  int status_ = 0;
  bool headers_complete_ = false;
  std::string window_;  ///< Body bytes that nobody has read yet, from window_start_.
  std::size_t window_start_ = 0;
  bool paused_ = false;
  bool discard_ = false;  ///< Nobody wants the rest of the body.
  bool done_ = false;
  std::chrono::steady_clock::time_point last_activity_;
  curl_off_t sent_on_wire_ = 0;
  std::chrono::milliseconds next_notice_;  ///< Of silence before on_slow_answer is called again.
};

}  // namespace sidecarctl::curl
