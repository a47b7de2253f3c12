// SPDX-License-Identifier: Apache-2.0
// The one exception type that crosses module borders, and the check for bugs.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// Why an operation failed. Each kind maps to one exit code (cli/exit_code.hpp).
enum class ErrorKind {
  usage,        ///< The command line is wrong.
  config,       ///< A configuration file, environment variable, credential file or CA is wrong.
  not_found,    ///< The thing named is not there.
  denied,       ///< No permission: file system, engine or registry.
  network,      ///< No answer, or the connection broke.
  registry,     ///< The registry answered, and said no.
  corrupt,      ///< Bytes are not what they must be.
  io,           ///< A local file could not be read or written.
  tool,         ///< Another program or an engine failed.
  timeout,      ///< A time limit passed.
  interrupted,  ///< SIGINT or SIGTERM.
  policy,       ///< Refused by our own checks: the answer is no.
};

/// "network", "not_found": the `kind` of JSON output.
std::string_view to_string(ErrorKind kind) noexcept;

/// A failure with its cause, what was being done, and what the user can do. Copying never throws.
class Error : public std::exception {
 public:
  /// `message`: one line, lower case, no "error:", no final dot, the value found in quotes.
  Error(ErrorKind kind, std::string message);
  Error(ErrorKind kind, std::string message, std::string hint);

  ErrorKind kind() const noexcept;
  std::string_view message() const noexcept;
  const std::vector<std::string>& context() const noexcept;  ///< "while ..." lines, innermost first.
  const std::optional<std::string>& hint() const noexcept;   ///< What the user can do next.
  const char* what() const noexcept override;

  void add_context(std::string frame);
  void set_hint(std::string text);

 private:
  struct Payload;
  std::shared_ptr<Payload> payload_;
};

/// Text that does not follow its grammar.
class ParseError : public Error {
 public:
  /// `offset`: where in the text, in bytes from 0.
  ParseError(std::string message, std::size_t offset, ErrorKind kind = ErrorKind::corrupt);
  std::size_t offset() const noexcept { return offset_; }

 private:
  std::size_t offset_;
};

/// Runs `body`; on Error adds the line that `describe()` returns ("while reading ..."), then rethrows the same object.
template <class Describe, class Body>
decltype(auto) with_context(Describe&& describe, Body&& body) {
  try {
    return body();
  } catch (Error& error) {
    error.add_context(describe());
    throw;
  }
}

/// Throws std::logic_error: main() prints it as a bug and exits with 70.
[[noreturn]] void fail_check(const char* condition, const char* file, int line, std::string_view text);

}  // namespace sidecarctl

/// A condition that only a bug can break.
#define SIDECARCTL_CHECK(condition, text) \
  ((condition) ? void(0) : ::sidecarctl::fail_check(#condition, __FILE__, __LINE__, text))
