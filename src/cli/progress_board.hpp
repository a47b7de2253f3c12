// SPDX-License-Identifier: Apache-2.0
// The transfers under way, drawn on stderr, and the lines that are printed above them.
#pragma once

#include "util/clock.hpp"
#include "util/events.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// One redrawn line for each transfer and a total (`tty`), or a line now and then (`plain`). Thread-safe. Must outlive
/// the Progress objects that it gives out.
class ProgressBoard {
 public:
  enum class Style { none, plain, tty };
  /// On a terminal at most ten drawings a second: faster is flicker, and costs a system call each.
  static constexpr Clock::duration kRedrawInterval{100};
  static constexpr Clock::duration kPlainInterval{10000};
  static constexpr std::size_t kMostLines = 8;  ///< More transfers than this are summed up in the total.

  ProgressBoard(std::ostream& err, Clock& clock, std::function<unsigned()> width);
  void set_style(Style style);

  std::unique_ptr<Events::Progress> start(std::string_view what, std::uint64_t total);
  /// Writes `text` and a line end, above the block of transfers. `text` must be safe for a terminal.
  void print(std::string_view text);

 private:
  struct Bar;
  class Handle;
  void advance(Bar& bar, std::uint64_t bytes);
  void reset(Bar& bar, std::uint64_t bytes);
  void end(Bar& bar, std::string_view outcome);
  void write_above(std::string_view text);
  void redraw(bool now);
  std::string block() const;
  std::string erase_block() const;
  std::string bar_line(const Bar& bar) const;
  std::string total_line() const;

  std::ostream& err_;
  Clock& clock_;
  std::function<unsigned()> width_;
  std::mutex mutex_;
  Style style_ = Style::none;
  std::vector<std::shared_ptr<Bar>> bars_;
  std::size_t drawn_lines_ = 0, started_ = 0, ended_ = 0;
  std::uint64_t ended_bytes_ = 0, sent_bytes_ = 0;
  Clock::time_point first_start_, last_drawing_;
};

}  // namespace sidecarctl
