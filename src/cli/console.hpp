// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/error.hpp"
#include "util/events.hpp"

#include <iosfwd>
#include <memory>
#include <mutex>
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

/// The only way to stdout and stderr. Results go to stdout, everything else to stderr; texts on stderr are escaped.
class Console final : public Events {
 public:
  /// `*_is_terminal`: what isatty says; NO_COLOR and TERM=dumb are in `no_color`.
  Console(std::ostream& out, std::ostream& err, bool out_is_terminal, bool err_is_terminal, bool no_color);
  ~Console() override;
  void configure(const ConsoleOptions& options);

  std::ostream& out() noexcept;  ///< For results; the caller has escaped what is from outside where `out_is_terminal`.
  bool out_color() const noexcept;
  bool quiet() const noexcept;
  int verbose() const noexcept;

  void status(std::string_view text) override;
  void warning(std::string_view text) override;
  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total) override;
  void note(std::string_view text);
  /// Once, from main(): "sidecarctl: error: ...", context, hint.
  void error(const Error& error);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sidecarctl
