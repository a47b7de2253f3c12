// SPDX-License-Identifier: Apache-2.0
// What a registry or something in front of it says when the answer is no, read with care.
#pragma once

#include "http/transport.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// Of an error body; a proxy may send gigabytes.
inline constexpr std::uint64_t kMaxErrorBody = 64 * 1024;

struct ErrorAnswer {
  int status = 0;
  std::vector<std::string> codes;  ///< Of the distribution-spec's error body, "DENIED"; may be empty.
  std::string text;                ///< One line for people, without control characters; may be empty.
  bool html = false;
  std::string elsewhere;   ///< The host that answered, when it is not the registry itself; "" if it is.
  std::string server;      ///< The Server header: who refused is often a proxy.
  std::string request_id;  ///< For the operator; may be empty.
  std::optional<std::chrono::system_clock::time_point> date;  ///< The server's clock.

  bool has_code(std::string_view code) const noexcept;
  /// Does code or text contain `word`, ignoring case?
  bool mentions(std::string_view word) const;
  /// "status 403 DENIED: quota exceeded", with the request id.
  std::string str() const;
};

/// "the clock here is 12 min behind the one of HOST" when they differ so much that tokens are refused; else "".
std::string clock_difference(const ErrorAnswer& answer, std::chrono::system_clock::time_point now,
                             std::string_view host);

/// Reads up to kMaxErrorBody of the body. A body that breaks is no failure: the status is the answer.
ErrorAnswer read_error_answer(HttpResponse& response);
/// The same, from a body that was read.
ErrorAnswer parse_error_answer(int status, const Headers& headers, std::string_view body);

/// Text from outside as one line of at most `limit` bytes: blanks and control characters become single blanks.
std::string one_line(std::string_view text, std::size_t limit);

}  // namespace sidecarctl
