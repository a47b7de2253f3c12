// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/status.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sidecarctl::entrypoint {

/// How one run ended, or why there was none.
struct Outcome {
  protocol::State state = protocol::State::succeeded;
  int exit_code = 0;
  int signal = 0;
  std::string reason;
};

enum class ActionKind {
  check_inputs,  ///< Read start_flag and compare what it lists.
  run_command,
  signal_command,     ///< `value` to the command's process group.
  signal_left_overs,  ///< `value` to all that descends from us.
  publish,            ///< Write the outcome and rename it to done_flag.
  clear_flags,        ///< Make the volume ready for the next cycle.
  end,                ///< Exit with `value`.
};

struct Action {
  ActionKind kind;
  int value = 0;
};

/// What the supervisor does next, without a system call: things that happened go in with their time, actions come out.
class Machine {
 public:
  enum class Phase {
    cleared,   ///< --on-restart wait: until the old flags are gone.
    waiting,   ///< For start_flag.
    checking,  ///< The inputs that start_flag lists.
    running,
    stopping,  ///< SIGTERM was sent.
    settling,  ///< The command is gone; what it left behind may still finish by itself.
    clearing,  ///< SIGTERM to what it left behind.
    killing,   ///< SIGKILL to everything, again and again.
    holding,   ///< done_flag is there: for close_flag.
    ended,
  };

  struct Settings {
    std::int64_t start_timeout = 0;  ///< 0: none, as for the others.
    std::int64_t close_timeout = 0;
    std::int64_t timeout = 0;
    std::int64_t grace = 8000;
    bool loop = false;
  };

  explicit Machine(const Settings& settings) noexcept : settings_(settings) {}

  // The beginning: one of these.
  void begin(std::int64_t now);
  void wait_until_cleared(std::int64_t now);
  /// The command cannot or must not run: told at once, then as after a failure.
  void refuse(std::int64_t now, int exit_code, std::string reason);

  // What happens.
  void flags_cleared(std::int64_t now);
  void start_seen(std::int64_t now);
  void close_seen(std::int64_t now);
  void inputs_good(std::int64_t now);
  void inputs_bad(std::int64_t now, std::string reason);
  void command_started(std::int64_t now);
  void command_refused(std::int64_t now, int exit_code, std::string reason);
  void command_ended(std::int64_t now, bool by_signal, int value);
  /// After the command's end: are there processes left, and can output still come?
  void left_overs(std::int64_t now, bool processes, bool output_open);
  void stop_requested(std::int64_t now, int signal);
  void tick(std::int64_t now);

  /// When tick() has something to do; -1: never.
  std::int64_t deadline() const noexcept { return deadline_; }
  Phase phase() const noexcept { return phase_; }
  const Outcome& outcome() const noexcept { return outcome_; }
  /// The actions since the last call, in order.
  std::vector<Action> take();

  static constexpr std::int64_t kSettle = 250;    ///< For a `tee` that still flushes what it has.
  static constexpr std::int64_t kClear = 2000;    ///< For left-overs that handle SIGTERM; never longer than --grace.
  static constexpr std::int64_t kKillEvery = 50;  ///< A process may fork while it is being looked for.
  static constexpr std::int64_t kKillLimit =
      5000;  ///< What hangs in the kernel longer than this is given up, and told.

 private:
  void enter(Phase phase, std::int64_t deadline);
  static std::int64_t after(std::int64_t now, std::int64_t limit) noexcept { return limit == 0 ? -1 : now + limit; }
  void add(ActionKind kind, int value = 0) { actions_.push_back({kind, value}); }
  void stop_command(std::int64_t now, int signal);
  void give_up_waiting(protocol::State state, int exit_code, std::string reason);
  void start_killing(std::int64_t now);
  void keep_killing(std::int64_t now);
  void conclude(std::int64_t now);
  void next_cycle(std::int64_t now);
  void end(int code);

  Settings settings_;
  Phase phase_ = Phase::waiting;
  std::int64_t deadline_ = -1;
  std::int64_t kill_end_ = 0;
  bool command_gone_ = false;
  bool stopped_ = false;  ///< The outcome is settled: what the command's end says no longer counts.
  bool leave_ = false;    ///< Nobody will write close_flag, or it is there already.
  Outcome outcome_;
  std::vector<Action> actions_;
};

}  // namespace sidecarctl::entrypoint
