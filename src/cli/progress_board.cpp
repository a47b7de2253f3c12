// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_board.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace sidecarctl {

struct ProgressBoard::Bar {
  std::string what;
  std::uint64_t total = 0, done = 0;
  Clock::time_point started, said;
  std::uint64_t done_at_start = 0;  ///< A retry that goes on in the middle has not sent what lies before.
};

class ProgressBoard::Handle final : public Events::Progress {
 public:
  Handle(ProgressBoard& board, std::shared_ptr<Bar> bar) : board_(board), bar_(std::move(bar)) {}
  ~Handle() override { finish({}); }
  void advance(std::uint64_t bytes) override {
    if (bar_) board_.advance(*bar_, bytes);
  }
  void reset_to(std::uint64_t bytes) override {
    if (bar_) board_.reset(*bar_, bytes);
  }
  void finish(std::string_view outcome) override {
    if (bar_) board_.end(*bar_, outcome);
    bar_ = nullptr;
  }

 private:
  ProgressBoard& board_;
  std::shared_ptr<Bar> bar_;
};

namespace {

/// The first `columns` characters; a character is taken to be one column wide.
std::string_view first_columns(std::string_view text, std::size_t columns) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80) continue;
    if (columns-- == 0) return text.substr(0, at);
  }
  return text;
}

std::string rate(std::uint64_t bytes, Clock::duration time) {
  if (time < std::chrono::seconds(1) || bytes == 0) return "";  // A guess from less is noise.
  const auto milliseconds = static_cast<double>(time.count());
  return human_size(static_cast<std::uint64_t>(static_cast<double>(bytes) * 1000 / milliseconds)) + "/s";
}

Clock::duration since(Clock::time_point then, Clock::time_point now) {
  return std::chrono::duration_cast<Clock::duration>(now - then);
}

}  // namespace

ProgressBoard::ProgressBoard(std::ostream& err, Clock& clock, std::function<unsigned()> width)
    : err_(err), clock_(clock), width_(std::move(width)) {}

void ProgressBoard::set_style(Style style) {
  const std::lock_guard lock(mutex_);
  style_ = style;
}

std::unique_ptr<Events::Progress> ProgressBoard::start(std::string_view what, std::uint64_t total) {
  auto bar = std::make_shared<Bar>();
  bar->what = escape_text(what);
  bar->total = total;
  const std::lock_guard lock(mutex_);
  bar->started = bar->said = clock_.now();
  if (bars_.empty()) {  // Transfers that overlap are summed up together.
    started_ = ended_ = 0;
    ended_bytes_ = sent_bytes_ = 0;
    first_start_ = bar->started;
  }
  bars_.push_back(bar);
  ++started_;
  redraw(false);
  return std::make_unique<Handle>(*this, std::move(bar));
}

void ProgressBoard::print(std::string_view text) {
  const std::lock_guard lock(mutex_);
  write_above(text);
}

void ProgressBoard::advance(Bar& bar, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  bar.done += bytes;
  sent_bytes_ += bytes;
  if (style_ == Style::tty) return redraw(false);
  if (style_ != Style::plain) return;
  const auto now = clock_.now();
  if (since(bar.said, now) < kPlainInterval) return;
  bar.said = now;
  write_above(bar_line(bar));
}

void ProgressBoard::reset(Bar& bar, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  bar.done = bar.done_at_start = bytes;
  bar.started = bar.said = clock_.now();
  if (style_ == Style::plain) write_above(fmt::format("{}: goes on from {}", bar.what, human_size(bytes)));
  redraw(false);
}

void ProgressBoard::end(Bar& bar, std::string_view outcome) {
  const std::lock_guard lock(mutex_);
  std::erase_if(bars_, [&bar](const auto& other) { return other.get() == &bar; });
  ++ended_;
  ended_bytes_ += std::max(bar.total, bar.done);
  if (style_ == Style::none) return;
  if (outcome.empty()) return redraw(true);
  write_above(fmt::format("{}: {}", bar.what, escape_text(outcome)));
}

void ProgressBoard::write_above(std::string_view text) {
  std::string output = erase_block();
  drawn_lines_ = 0;
  output += text;
  output += '\n';
  if (style_ == Style::tty) {
    output += block();
    drawn_lines_ = static_cast<std::size_t>(std::count(output.begin(), output.end(), '\n')) - 1;
  }
  // One write for all of it: what lies between erasing and drawing is never seen.
  err_ << output << std::flush;
}

void ProgressBoard::redraw(bool now) {
  if (style_ != Style::tty) return;
  const auto time = clock_.now();
  if (!now && drawn_lines_ > 0 && since(last_drawing_, time) < kRedrawInterval) return;
  last_drawing_ = time;
  const std::string drawing = block();
  const auto lines = static_cast<std::size_t>(std::count(drawing.begin(), drawing.end(), '\n'));
  // Lines are overwritten in place; only the rest of the old block is erased.
  std::string output = drawn_lines_ > 0 ? fmt::format("\x1b[{}A\r", drawn_lines_) : "";
  output += drawing;
  if (lines < drawn_lines_) output += "\x1b[J";
  drawn_lines_ = lines;
  err_ << output << std::flush;
}

std::string ProgressBoard::erase_block() const {
  return drawn_lines_ > 0 ? fmt::format("\x1b[{}A\r\x1b[J", drawn_lines_) : "";
}

std::string ProgressBoard::block() const {
  const unsigned width = width_ ? width_() : 80;
  const std::size_t columns = width > 1 ? width - 1 : 79;  // Some terminals wrap after the last column.
  std::string text;
  const auto add = [&](const std::string& line) {
    text += first_columns(line, columns);
    text += "\x1b[K\n";
  };
  for (std::size_t i = 0; i < std::min(bars_.size(), kMostLines); ++i) add(bar_line(*bars_[i]));
  if (!bars_.empty() && started_ > 1) add(total_line());
  return text;
}

std::string ProgressBoard::bar_line(const Bar& bar) const {
  std::string line = fmt::format("{}: {}", bar.what, human_size(bar.done));
  if (bar.total > 0) {
    const std::uint64_t percent = std::min<std::uint64_t>(
        100, static_cast<std::uint64_t>(static_cast<double>(bar.done) * 100 / static_cast<double>(bar.total)));
    line += fmt::format(" of {} ({}%)", human_size(bar.total), percent);
  }
  const std::string speed = rate(bar.done - bar.done_at_start, since(bar.started, clock_.now()));
  return speed.empty() ? line : line + ", " + speed;
}

std::string ProgressBoard::total_line() const {
  std::uint64_t done = ended_bytes_;
  std::uint64_t total = ended_bytes_;
  bool known = true;
  for (const auto& bar : bars_) {
    done += bar->done;
    total += std::max(bar->total, bar->done);
    known = known && bar->total > 0;
  }
  std::string line = fmt::format("{} of {} done, {}", ended_, started_, human_size(done));
  if (known) line += fmt::format(" of {}", human_size(total));
  const std::string speed = rate(sent_bytes_, since(first_start_, clock_.now()));
  return speed.empty() ? line : line + ", " + speed;
}

}  // namespace sidecarctl
