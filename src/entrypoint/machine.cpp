// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/machine.hpp"

#include "entrypoint/exit_codes.hpp"
#include "entrypoint/signal_name.hpp"

#include <signal.h>

namespace sidecarctl::entrypoint {
namespace {

using protocol::State;

Outcome outcome_of_end(bool by_signal, int value) {
  if (by_signal) return {State::failed, kSignalBase + value, value, "the command was ended by " + signal_name(value)};
  if (value != 0) return {State::failed, value, 0, "the command ended with exit status " + std::to_string(value)};
  return {};
}

}  // namespace

void Machine::enter(Phase phase, std::int64_t deadline) {
  phase_ = phase;
  deadline_ = deadline;
}

std::vector<Action> Machine::take() {
  std::vector<Action> taken;
  taken.swap(actions_);
  return taken;
}

void Machine::end(int code) {
  enter(Phase::ended, -1);
  add(ActionKind::end, code);
}

void Machine::begin(std::int64_t now) {
  outcome_ = {};
  command_gone_ = stopped_ = leave_ = false;
  enter(Phase::waiting, after(now, settings_.start_timeout));
}

void Machine::wait_until_cleared(std::int64_t now) {
  enter(Phase::cleared, after(now, settings_.start_timeout));
}

void Machine::flags_cleared(std::int64_t now) {
  if (phase_ == Phase::cleared) begin(now);
}

void Machine::refuse(std::int64_t now, int exit_code, std::string reason) {
  outcome_ = {State::not_started, exit_code, 0, static_cast<std::string&&>(reason)};
  conclude(now);
}

void Machine::start_seen(std::int64_t) {
  if (phase_ != Phase::waiting) return;
  // No deadline: reading inputs takes as long as they are large, and a signal or close_flag ends it.
  enter(Phase::checking, -1);
  add(ActionKind::check_inputs);
}

void Machine::inputs_good(std::int64_t) {
  if (phase_ == Phase::checking) add(ActionKind::run_command);
}

void Machine::inputs_bad(std::int64_t now, std::string reason) {
  if (phase_ == Phase::checking) refuse(now, kWrongInputs, static_cast<std::string&&>(reason));
}

void Machine::command_started(std::int64_t now) {
  if (phase_ == Phase::checking) enter(Phase::running, after(now, settings_.timeout));
}

void Machine::command_refused(std::int64_t now, int exit_code, std::string reason) {
  if (phase_ == Phase::checking) refuse(now, exit_code, static_cast<std::string&&>(reason));
}

void Machine::give_up_waiting(State state, int exit_code, std::string reason) {
  outcome_ = {state, exit_code, 0, static_cast<std::string&&>(reason)};
  add(ActionKind::publish);
  end(exit_code);
}

void Machine::close_seen(std::int64_t now) {
  switch (phase_) {
    case Phase::waiting:
      // The ordinary end of a loop: the driver has no further work.
      if (settings_.loop) return end(0);
      return give_up_waiting(State::cancelled, kCancelled, "close_flag came before start_flag");
    case Phase::checking:
      outcome_ = {State::cancelled, kCancelled, 0, "close_flag came before the command ran"};
      leave_ = true;
      return conclude(now);
    case Phase::running:
      outcome_ = {State::cancelled, kCancelled, 0, "close_flag came while the command ran"};
      return stop_command(now, SIGTERM);
    case Phase::holding: return settings_.loop ? next_cycle(now) : end(outcome_.exit_code);
    default: return;  // Being stopped or cleaned up already: the holding phase will see it.
  }
}

void Machine::stop_command(std::int64_t now, int signal) {
  stopped_ = true;
  leave_ = true;
  add(ActionKind::signal_command, signal);
  enter(Phase::stopping, now + settings_.grace);
}

void Machine::stop_requested(std::int64_t now, int signal) {
  const std::string reason = signal_name(signal) + " was received ";
  const int code = kSignalBase + signal;
  switch (phase_) {
    case Phase::cleared: return end(code);  // The done_flag there tells of another run: it stays.
    case Phase::waiting: return give_up_waiting(State::cancelled, code, reason + "before start_flag came");
    case Phase::checking: return give_up_waiting(State::cancelled, code, reason + "before the command ran");
    case Phase::running:
      outcome_ = {State::cancelled, code, 0, reason + "while the command ran"};
      settings_.loop = false;
      return stop_command(now, signal);
    case Phase::stopping: return add(ActionKind::signal_command, signal);
    case Phase::holding: return end(outcome_.exit_code);
    case Phase::settling:
    case Phase::clearing:
    case Phase::killing:
      // The command's own outcome stands, but nobody waits for us any more.
      settings_.loop = false;
      leave_ = true;
      return;
    case Phase::ended: return;
  }
}

void Machine::command_ended(std::int64_t now, bool by_signal, int value) {
  if (phase_ != Phase::running && phase_ != Phase::stopping && phase_ != Phase::killing) return;
  command_gone_ = true;
  if (stopped_) {
    outcome_.signal = by_signal ? value : 0;
  } else {
    outcome_ = outcome_of_end(by_signal, value);
  }
  if (phase_ != Phase::killing) enter(Phase::settling, now + kSettle);
}

void Machine::left_overs(std::int64_t now, bool processes, bool output_open) {
  if (!command_gone_) return;
  const bool cleaning = phase_ == Phase::settling || phase_ == Phase::clearing || phase_ == Phase::killing;
  // A pipe that somebody outside of our tree holds open is waited for no longer than the settling time.
  if (cleaning && !processes && (!output_open || phase_ != Phase::settling)) conclude(now);
}

void Machine::start_killing(std::int64_t now) {
  kill_end_ = now + kKillLimit;
  phase_ = Phase::killing;
  keep_killing(now);
}

void Machine::keep_killing(std::int64_t now) {
  add(ActionKind::signal_left_overs, SIGKILL);
  deadline_ = now + kKillEvery;
}

void Machine::tick(std::int64_t now) {
  if (deadline_ < 0 || now < deadline_) return;
  switch (phase_) {
    case Phase::cleared: return end(kNoStart);
    case Phase::waiting:
      return give_up_waiting(State::timed_out, kNoStart, "start_flag did not come within --start-timeout");
    case Phase::running:
      outcome_ = {State::timed_out, kTimedOut, 0, "the command ran longer than --timeout"};
      stop_command(now, SIGTERM);
      leave_ = false;
      return;
    case Phase::stopping: return start_killing(now);
    case Phase::settling:
      add(ActionKind::signal_left_overs, SIGTERM);
      return enter(Phase::clearing, now + (settings_.grace < kClear ? settings_.grace : kClear));
    case Phase::clearing: return start_killing(now);
    case Phase::killing:
      if (now < kill_end_) return keep_killing(now);
      outcome_.reason +=
          (outcome_.reason.empty() ? "" : "; ") + std::string("processes are left that SIGKILL did not end");
      return conclude(now);
    case Phase::holding: return end(outcome_.exit_code == 0 ? kNoClose : outcome_.exit_code);
    case Phase::checking:
    case Phase::ended: return;
  }
}

void Machine::conclude(std::int64_t now) {
  add(ActionKind::publish);
  if (!leave_) return enter(Phase::holding, after(now, settings_.close_timeout));
  if (settings_.loop) return next_cycle(now);
  end(outcome_.exit_code);
}

void Machine::next_cycle(std::int64_t now) {
  add(ActionKind::clear_flags);
  begin(now);
}

}  // namespace sidecarctl::entrypoint
