// SPDX-License-Identifier: Apache-2.0
#include "commands/terminal_secret.hpp"

#include "util/error.hpp"
#include "util/file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <span>

namespace sidecarctl {

namespace {

constexpr std::size_t kMaxLine = 4096;  // The line discipline of Linux holds no more.
constexpr int kPollMilliseconds = 200;  // How soon Ctrl-C is noticed when its signal came between two calls.

UniqueFd open_terminal() {
  // Not stdin: that may be a pipe while the user sits at the terminal.
  UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (terminal.valid()) return terminal;
  throw Error(ErrorKind::usage, "there is no terminal to ask for user name and password",
              "give --username and --password-stdin");
}

/// Keeps what is typed from being shown.
class EchoOff {
 public:
  explicit EchoOff(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~EchoOff() {
    if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

std::string read_line(int terminal, const CancelToken& cancel) {
  std::string line;
  while (true) {
    cancel.check();
    pollfd waiting{terminal, POLLIN, 0};
    if (::poll(&waiting, 1, kPollMilliseconds) <= 0) continue;
    char byte = 0;
    const ssize_t got = ::read(terminal, &byte, 1);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) throw Error(ErrorKind::usage, "the terminal was closed before a line was typed");
    if (byte == '\n') return line;
    if (line.size() == kMaxLine) throw Error(ErrorKind::usage, "the line that was typed is too long");
    line.push_back(byte);
  }
}

void say(int terminal, std::string_view text) {
  write_all(terminal, std::as_bytes(std::span(text)), "the terminal");
}

}  // namespace

std::string ask_secret(std::string_view prompt, const CancelToken& cancel) {
  const UniqueFd terminal = open_terminal();
  const EchoOff silent(terminal.get());
  say(terminal.get(), prompt);
  std::string line = read_line(terminal.get(), cancel);
  say(terminal.get(), "\n");  // The user's own was not shown.
  return line;
}

std::string ask_line(std::string_view prompt, const CancelToken& cancel) {
  const UniqueFd terminal = open_terminal();
  say(terminal.get(), prompt);
  return read_line(terminal.get(), cancel);
}

}  // namespace sidecarctl
