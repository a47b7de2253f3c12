// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include "cli/progress_board.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <ostream>
#include <utility>

namespace sidecarctl {

namespace {

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kCyan = "\x1b[36m";
constexpr std::string_view kReset = "\x1b[0m";

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

bool use_color(ConsoleOptions::When when, bool is_terminal, bool unwanted) {
  switch (when) {
    case ConsoleOptions::When::always: return true;
    case ConsoleOptions::When::never: return false;
    case ConsoleOptions::When::automatic: return is_terminal && !unwanted;
  }
  return false;
}

ProgressBoard::Style progress_style(ConsoleOptions::Progress progress, bool can_redraw) {
  switch (progress) {
    case ConsoleOptions::Progress::tty: return ProgressBoard::Style::tty;
    case ConsoleOptions::Progress::plain: return ProgressBoard::Style::plain;
    case ConsoleOptions::Progress::none: return ProgressBoard::Style::none;
    case ConsoleOptions::Progress::automatic: break;
  }
  return can_redraw ? ProgressBoard::Style::tty : ProgressBoard::Style::plain;
}

}  // namespace

struct Console::State {
  explicit State(ConsoleDevices what)
      : devices(std::move(what)),
        board(devices.err, devices.clock != nullptr ? *devices.clock : system_clock(), devices.width) {}

  std::string painted(std::string_view text, std::string_view color) const {
    return err_color ? fmt::format("{}{}{}", color, text, kReset) : std::string(text);
  }

  ConsoleDevices devices;
  ConsoleOptions options;
  bool out_color = false;
  bool err_color = false;
  ProgressBoard board;
};

Console::Console(ConsoleDevices devices) : state_(std::make_unique<State>(std::move(devices))) {
  configure({});
}

Console::Console(std::ostream& out, std::ostream& err, bool out_is_terminal, bool err_is_terminal, bool no_color)
    : Console(ConsoleDevices{out, err, out_is_terminal, err_is_terminal, no_color, no_color, nullptr, {}}) {}

Console::~Console() = default;

void Console::configure(const ConsoleOptions& options) {
  const ConsoleDevices& devices = state_->devices;
  const bool unwanted = devices.no_color || devices.dumb;
  state_->options = options;
  state_->out_color = use_color(options.color, devices.out_is_terminal, unwanted);
  state_->err_color = use_color(options.color, devices.err_is_terminal, unwanted);
  const auto style = progress_style(options.progress, devices.err_is_terminal && !devices.dumb);
  state_->board.set_style(options.quiet ? ProgressBoard::Style::none : style);
}

std::ostream& Console::out() noexcept {
  return state_->devices.out;
}
bool Console::out_is_terminal() const noexcept {
  return state_->devices.out_is_terminal;
}
bool Console::out_color() const noexcept {
  return state_->out_color;
}
bool Console::quiet() const noexcept {
  return state_->options.quiet;
}
int Console::verbose() const noexcept {
  return state_->options.verbose;
}

void Console::status(std::string_view text) {
  if (!quiet()) state_->board.print(escape_text(text));
}

void Console::note(std::string_view text) {
  if (!quiet()) state_->board.print(state_->painted("note:", kCyan) + " " + escape_text(text));
}

void Console::help(std::string_view text) {
  state_->board.print(text);
}

void Console::warning(std::string_view text) {
  state_->board.print(state_->painted("warning:", kYellow) + " " + escape_text(text));
}

std::unique_ptr<Events::Progress> Console::progress(std::string_view what, std::uint64_t total) {
  return state_->board.start(what, total);
}

void Console::error(const Error& error) {
  std::string text = fmt::format("sidecarctl: {} {}", state_->painted("error:", kRed), escape_text(error.message()));
  for (const std::string& frame : error.context()) text += "\n  " + escape_text(frame);
  if (error.hint()) text += "\n" + state_->painted("hint:", kCyan) + " " + escape_text(*error.hint());
  state_->board.print(text);
}

}  // namespace sidecarctl
