// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/machine.hpp"

#include "entrypoint/exit_codes.hpp"
#include "support/catch.hpp"

#include <signal.h>

#include <string>
#include <vector>

using namespace sidecarctl::entrypoint;
using sidecarctl::protocol::State;
using Phase = Machine::Phase;

namespace {

std::string to_text(const Action& action) {
  switch (action.kind) {
    case ActionKind::check_inputs: return "check";
    case ActionKind::run_command: return "run";
    case ActionKind::signal_command: return "signal " + std::to_string(action.value);
    case ActionKind::signal_left_overs: return "left-overs " + std::to_string(action.value);
    case ActionKind::publish: return "publish";
    case ActionKind::clear_flags: return "clear";
    case ActionKind::end: return "end " + std::to_string(action.value);
  }
  return "?";
}

using Steps = std::vector<std::string>;

/// A machine with a clock of its own.
struct Bench {
  explicit Bench(const Machine::Settings& settings = {}) : machine(settings) { machine.begin(0); }
  Machine machine;
  std::int64_t now = 0;

  Steps steps() {
    Steps texts;
    for (const Action& action : machine.take()) texts.push_back(to_text(action));
    return texts;
  }
  /// Up to the command that runs.
  Bench& run() {
    machine.start_seen(now);
    machine.inputs_good(now);
    machine.command_started(now);
    machine.take();
    REQUIRE(machine.phase() == Phase::running);
    return *this;
  }
  /// The command ends, and nothing is left of it.
  Bench& end(bool by_signal, int value) {
    machine.command_ended(now, by_signal, value);
    machine.left_overs(now, false, false);
    return *this;
  }
  /// To the next deadline.
  void pass() {
    REQUIRE(machine.deadline() >= now);
    now = machine.deadline();
    machine.tick(now);
  }
};

}  // namespace

TEST_CASE("a run: inputs are checked, the command runs, its end is told, close_flag ends it") {
  Bench bench;
  bench.machine.start_seen(10);
  CHECK(bench.steps() == Steps{"check"});
  bench.machine.inputs_good(20);
  CHECK(bench.steps() == Steps{"run"});
  bench.machine.command_started(30);
  bench.end(false, 0);
  CHECK(bench.steps() == Steps{"publish"});
  CHECK(bench.machine.outcome().state == State::succeeded);
  CHECK(bench.machine.deadline() == -1);  // Without a time limit it waits for ever.
  bench.machine.close_seen(100);
  CHECK(bench.steps() == Steps{"end 0"});
}

TEST_CASE("exit status and signal of the command are kept, and are the end of the entrypoint") {
  Bench failed;
  failed.run().end(false, 3);
  CHECK(failed.machine.outcome().state == State::failed);
  CHECK(failed.machine.outcome().exit_code == 3);
  CHECK(failed.machine.outcome().reason == "the command ended with exit status 3");
  failed.machine.close_seen(0);
  CHECK(failed.steps() == Steps{"publish", "end 3"});
  Bench killed;
  killed.run().end(true, SIGKILL);
  CHECK(killed.machine.outcome().exit_code == 137);
  CHECK(killed.machine.outcome().signal == SIGKILL);
  CHECK_THAT(killed.machine.outcome().reason, Catch::Contains("SIGKILL"));
}

TEST_CASE("a command that cannot run is told at once, before start_flag") {
  Bench bench;
  bench.machine.refuse(0, kNotFound, "'x' was not found");
  CHECK(bench.steps() == Steps{"publish"});
  CHECK(bench.machine.outcome().state == State::not_started);
  bench.machine.start_seen(5);
  CHECK(bench.steps().empty());
  bench.machine.close_seen(6);
  CHECK(bench.steps() == Steps{"end 127"});
}

TEST_CASE("inputs that are not as start_flag says keep the command from running") {
  Bench bench;
  bench.machine.start_seen(0);
  bench.machine.inputs_bad(0, "infile.csv has 3 bytes, not 8");
  CHECK(bench.steps() == Steps{"check", "publish"});
  CHECK(bench.machine.outcome().state == State::not_started);
  CHECK(bench.machine.outcome().exit_code == kWrongInputs);
}

TEST_CASE("close_flag before the end of the command cancels it") {
  Bench bench;
  bench.run();
  bench.machine.close_seen(0);
  CHECK(bench.steps() == Steps{"signal 15"});
  bench.end(true, SIGTERM);
  CHECK(bench.steps() == Steps{"publish", "end 125"});
  CHECK(bench.machine.outcome().state == State::cancelled);
  Bench early;
  early.machine.close_seen(0);
  CHECK(early.steps() == Steps{"publish", "end 125"});
  CHECK(early.machine.outcome().state == State::cancelled);
}

TEST_CASE("a signal is passed on, and what does not heed it is killed after the grace time") {
  Machine::Settings settings;
  settings.grace = 1000;
  Bench bench(settings);
  bench.run();
  bench.machine.stop_requested(0, SIGINT);
  CHECK(bench.steps() == Steps{"signal 2"});
  CHECK(bench.machine.deadline() == 1000);
  bench.machine.stop_requested(10, SIGTERM);  // Asked again: said again.
  CHECK(bench.steps() == Steps{"signal 15"});
  bench.pass();
  CHECK(bench.steps() == Steps{"left-overs 9"});
  bench.pass();
  CHECK(bench.steps() == Steps{"left-overs 9"});  // It may have forked meanwhile.
  bench.end(true, SIGKILL);
  CHECK(bench.steps() == Steps{"publish", "end 130"});
  CHECK(bench.machine.outcome().state == State::cancelled);
  CHECK(bench.machine.outcome().signal == SIGKILL);
}

TEST_CASE("signals before and after the run end it with the right status") {
  Bench waiting;
  waiting.machine.stop_requested(0, SIGTERM);
  CHECK(waiting.steps() == Steps{"publish", "end 143"});
  Bench holding;
  holding.run().end(false, 3);
  holding.steps();
  holding.machine.stop_requested(0, SIGTERM);
  CHECK(holding.steps() == Steps{"end 3"});
}

TEST_CASE("time limits end each kind of waiting") {
  Machine::Settings settings;
  settings.start_timeout = 100;
  settings.timeout = 200;
  settings.close_timeout = 300;
  Bench start(settings);
  start.pass();
  CHECK(start.now == 100);
  CHECK(start.steps() == Steps{"publish", "end 121"});
  CHECK(start.machine.outcome().state == State::timed_out);
  Bench command(settings);
  command.run().pass();
  CHECK(command.steps() == Steps{"signal 15"});
  command.end(true, SIGTERM);
  CHECK(command.steps() == Steps{"publish"});  // The driver is still there: it gets its done_flag.
  CHECK(command.machine.phase() == Phase::holding);
  CHECK(command.machine.outcome().exit_code == kTimedOut);
  Bench close(settings);
  close.run().end(false, 0);
  close.steps();
  close.pass();
  CHECK(close.steps() == Steps{"end 122"});
}

TEST_CASE("what the command left behind is waited for, asked, and killed, before done_flag") {
  Bench bench;
  bench.run();
  bench.machine.command_ended(0, false, 0);
  bench.machine.left_overs(0, true, true);
  CHECK(bench.steps().empty());
  bench.pass();
  CHECK(bench.now == Machine::kSettle);
  CHECK(bench.steps() == Steps{"left-overs 15"});
  bench.pass();
  CHECK(bench.steps() == Steps{"left-overs 9"});
  bench.machine.left_overs(bench.now, false, true);  // Somebody outside holds the pipe: not waited for.
  CHECK(bench.steps() == Steps{"publish"});
  CHECK(bench.machine.outcome().state == State::succeeded);
}

TEST_CASE("a background child that ends by itself costs no signal") {
  Bench bench;
  bench.run();
  bench.machine.command_ended(0, false, 0);
  bench.machine.left_overs(0, true, true);
  bench.machine.left_overs(100, false, false);
  CHECK(bench.steps() == Steps{"publish"});
}

TEST_CASE("what no SIGKILL ends is given up and told") {
  Bench bench;
  bench.run();
  bench.machine.command_ended(0, false, 0);
  for (int i = 0; i < 200 && bench.machine.phase() != Phase::holding; ++i) bench.pass();
  CHECK(bench.machine.phase() == Phase::holding);
  CHECK_THAT(bench.machine.outcome().reason, Catch::Contains("processes are left"));
  CHECK(bench.now <= Machine::kSettle + Machine::kClear + Machine::kKillLimit + Machine::kKillEvery);
}

TEST_CASE("a loop goes on after close_flag, and ends with one that comes without a start_flag") {
  Machine::Settings settings;
  settings.loop = true;
  Bench bench(settings);
  for (int cycle = 0; cycle < 3; ++cycle) {
    bench.run().end(false, cycle);
    CHECK(bench.steps() == Steps{"publish"});
    CHECK(bench.machine.outcome().exit_code == cycle);
    bench.machine.close_seen(0);
    CHECK(bench.steps() == Steps{"clear"});
    CHECK(bench.machine.phase() == Phase::waiting);
  }
  bench.machine.close_seen(0);
  CHECK(bench.steps() == Steps{"end 0"});
}

TEST_CASE("a stop ends a loop, too") {
  Machine::Settings settings;
  settings.loop = true;
  Bench bench(settings);
  bench.run();
  bench.machine.stop_requested(0, SIGTERM);
  bench.end(true, SIGTERM);
  CHECK(bench.steps() == Steps{"signal 15", "publish", "end 143"});
}

TEST_CASE("old flags that somebody removes let it begin, and a signal then leaves them alone") {
  Bench bench;
  bench.machine.wait_until_cleared(0);
  bench.machine.start_seen(0);
  CHECK(bench.steps().empty());
  bench.machine.flags_cleared(10);
  CHECK(bench.machine.phase() == Phase::waiting);
  bench.machine.wait_until_cleared(20);
  bench.machine.stop_requested(30, SIGTERM);
  CHECK(bench.steps() == Steps{"end 143"});
}

TEST_CASE("events that come at the wrong time change nothing") {
  Bench bench;
  bench.machine.command_ended(0, false, 1);
  bench.machine.left_overs(0, false, false);
  bench.machine.inputs_good(0);
  bench.machine.command_started(0);
  bench.machine.flags_cleared(0);
  bench.machine.tick(1'000'000);
  CHECK(bench.steps().empty());
  CHECK(bench.machine.phase() == Phase::waiting);
}
