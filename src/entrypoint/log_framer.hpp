// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sidecarctl::entrypoint {

/// Cuts the bytes of one stream into lines of the log: `TIME TAG F text`, as container runtimes write them. The text is
/// the command's own bytes. `\r` ends a line as `\n` does, so that a progress bar does not fill the memory; a line
/// beyond kMaxLine is cut into parts, all but the last with P instead of F.
class LogFramer {
 public:
  explicit LogFramer(std::string_view tag) : tag_(tag) {}

  /// Appends whole lines to `out`.
  void push(std::string_view bytes, std::int64_t unix_milliseconds, std::string& out);
  /// The last line, when it had no end.
  void finish(std::int64_t unix_milliseconds, std::string& out);

  static constexpr std::size_t kMaxLine = 16 * 1024;

 private:
  void emit(std::int64_t unix_milliseconds, bool whole, std::string& out);

  std::string tag_;
  std::string line_;
  bool after_return_ = false;
};

}  // namespace sidecarctl::entrypoint
