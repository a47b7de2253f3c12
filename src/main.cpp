// SPDX-License-Identifier: Apache-2.0
// Puts the parts together: signals, streams, environment, clock. Everything else is in cli/program.cpp.
#include "cli/console.hpp"
#include "cli/program.hpp"
#include "cli/streams.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <istream>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

namespace {

using sidecarctl::ExitCode;

// The one mutable global: a signal handler can reach nothing else.
sidecarctl::CancelToken cancel_token;

extern "C" void on_signal(int signal) {
  // The second signal says: at once. What is under way is lost.
  if (cancel_token.cancelled()) _exit(128 + signal);
  cancel_token.cancel(signal);
}

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // Without SA_RESTART: a blocking read or poll returns and looks at the token.
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;  // A reader that has gone is EPIPE of a write, wherever that was.
  sigaction(SIGPIPE, &action, nullptr);
}

unsigned terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// What became of stdout: a result that did not reach its reader is not done.
ExitCode check_output(const sidecarctl::FdOutputBuffer& buffer, sidecarctl::Console& console, ExitCode code) {
  const int error = buffer.first_error();
  if (error == 0) return code;
  // `sidecarctl explain | head` has what it wanted; nobody reads a message.
  if (error != EPIPE) {
    console.error(
        {sidecarctl::ErrorKind::io, fmt::format("cannot write to stdout: {}", std::generic_category().message(error))});
  }
  return code == ExitCode::done || code == ExitCode::no ? ExitCode::failed : code;
}

}  // namespace

int main(int argc, char** argv) {
  install_signal_handlers();
  // libarchive decodes the names in tar headers with it. "C.UTF-8" is there without any locale package.
  std::setlocale(LC_CTYPE, "C.UTF-8");

  sidecarctl::FdOutputBuffer out_buffer(STDOUT_FILENO);
  sidecarctl::FdOutputBuffer err_buffer(STDERR_FILENO);
  sidecarctl::FdInputBuffer in_buffer(STDIN_FILENO, cancel_token);
  std::ostream out(&out_buffer);
  std::ostream err(&err_buffer);
  std::istream input(&in_buffer);
  sidecarctl::SystemClock clock;
  const auto environment = sidecarctl::process_environment;

  sidecarctl::Console console({out, err, isatty(STDOUT_FILENO) == 1, isatty(STDERR_FILENO) == 1,
                               environment("NO_COLOR").has_value(), environment("TERM").value_or("") == "dumb", &clock,
                               terminal_width});
  sidecarctl::Env env{console, environment, clock, cancel_token, input};
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const ExitCode code = sidecarctl::run_program(arguments, sidecarctl::all_commands(), env);
  out.flush();
  return static_cast<int>(check_output(out_buffer, console, code));
}
