// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/log_framer.hpp"

#include "protocol/clock.hpp"

namespace sidecarctl::entrypoint {

void LogFramer::emit(std::int64_t unix_milliseconds, bool whole, std::string& out) {
  out += protocol::utc_text(unix_milliseconds);
  out += ' ';
  out += tag_;
  out += whole ? " F " : " P ";
  out += line_;
  out += '\n';
  line_.clear();
}

void LogFramer::push(std::string_view bytes, std::int64_t unix_milliseconds, std::string& out) {
  for (const char byte : bytes) {
    if (byte == '\n' || byte == '\r') {
      // "\r\n" is one end, and progress bars write "\r" before and after.
      const bool nothing_new = line_.empty() && (after_return_ || byte == '\r');
      if (!nothing_new) emit(unix_milliseconds, true, out);
      after_return_ = byte == '\r';
      continue;
    }
    after_return_ = false;
    if (line_.size() == kMaxLine) emit(unix_milliseconds, false, out);
    line_ += byte;
  }
}

void LogFramer::finish(std::int64_t unix_milliseconds, std::string& out) {
  if (!line_.empty()) emit(unix_milliseconds, true, out);
  after_return_ = false;
}

}  // namespace sidecarctl::entrypoint
