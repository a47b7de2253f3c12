// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/events.hpp"

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace sidecarctl {

struct ConsoleOptions {
  enum class When { automatic, always, never };
  enum class Progress { automatic, tty, plain, none };
  When color = When::automatic;
  Progress progress = Progress::automatic;
  bool quiet = false;
  int verbose = 0;
};

/// Where a Console writes, and what is at the other end. References and pointers must outlive the Console.
struct ConsoleDevices {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool no_color = false;            ///< NO_COLOR is set.
  bool dumb = false;                ///< TERM=dumb: neither colour nor cursor movement.
  Clock* clock = nullptr;           ///< nullptr: the system's.
  std::function<unsigned()> width;  ///< Columns of the terminal now; empty: 80.
};

/// The only way to stdout and stderr. Results go to stdout, everything else to stderr; texts on stderr are escaped.
/// Thread-safe except for configure() and out().
class Console final : public Events {
 public:
  explicit Console(ConsoleDevices devices);
  /// `*_is_terminal`: what isatty says; NO_COLOR and TERM=dumb are in `no_color`.
  Console(std::ostream& out, std::ostream& err, bool out_is_terminal, bool err_is_terminal, bool no_color);
  ~Console() override;
  void configure(const ConsoleOptions& options);

  std::ostream& out() noexcept;  ///< For results; the caller has escaped what is from outside where `out_is_terminal`.
  bool out_is_terminal() const noexcept;
  bool out_color() const noexcept;
  bool quiet() const noexcept;
  int verbose() const noexcept;

  void status(std::string_view text) override;
  void warning(std::string_view text) override;
  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total) override;
  void note(std::string_view text);
  /// Our own text of several lines, to stderr as it is.
  void help(std::string_view text);
  /// Once, from main(): "sidecarctl: error: ...", context, hint.
  void error(const Error& error);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sidecarctl
