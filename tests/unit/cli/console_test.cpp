// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include "sample_commands.hpp"
#include "support/catch.hpp"

#include <thread>

using namespace std::chrono_literals;
using sidecarctl::Console;
using sidecarctl::ConsoleOptions;
using sidecarctl::Error;
using sidecarctl::ErrorKind;

namespace {

struct Fixture {
  explicit Fixture(bool terminal, unsigned columns = 80)
      : console({out, err, terminal, terminal, false, false, &clock, [columns] { return columns; }}) {}
  std::string taken() {
    std::string text = err.str();
    err.str("");
    return text;
  }
  std::ostringstream out, err;
  sidecarctl::test::StepClock clock;
  Console console;
};

}  // namespace

TEST_CASE("an error has its context, innermost first, and its hint") {
  Fixture fixture(false);
  Error error(ErrorKind::registry, "r.example answered 401", "run 'sidecarctl login r.example'");
  error.add_context("while uploading layer 3 of 7");
  error.add_context("while pushing app:1.0");
  fixture.console.error(error);
  CHECK(fixture.err.str() ==
        "sidecarctl: error: r.example answered 401\n  while uploading layer 3 of 7\n  while pushing app:1.0\n"
        "hint: run 'sidecarctl login r.example'\n");
  CHECK(fixture.out.str().empty());
}

TEST_CASE("texts from outside cannot move the cursor") {
  Fixture fixture(true);
  fixture.console.configure({ConsoleOptions::When::never, ConsoleOptions::Progress::automatic, false, 0});
  fixture.console.status("a\x1b[2J");
  fixture.console.warning("b\nc");
  fixture.console.note("d\r");
  Error error(ErrorKind::io, "e\x1b", "h\x1b");
  error.add_context("c\x1b");
  fixture.console.error(error);
  fixture.console.progress("p\x1b", 0)->finish("o\x1b");
  std::string text = fixture.taken();
  CHECK(text.starts_with("a\\x1b[2J\nwarning: b\\nc\nnote: d\\r\nsidecarctl: error: e\\x1b\n  c\\x1b\nhint: h\\x1b\n"));
  CHECK(text.find("p\\x1b: o\\x1b\n") != std::string::npos);
}

TEST_CASE("colour is for terminals, unless told otherwise") {
  using When = ConsoleOptions::When;
  struct Case {
    bool terminal, no_color, dumb;
    When when;
    bool colored;
  };
  const Case all[] = {{true, false, false, When::automatic, true}, {false, false, false, When::automatic, false},
                      {true, true, false, When::automatic, false}, {true, false, true, When::automatic, false},
                      {false, false, false, When::always, true},   {true, true, true, When::always, true},
                      {true, false, false, When::never, false}};
  for (const Case& one : all) {
    CAPTURE(one.terminal, one.no_color, one.dumb, static_cast<int>(one.when));
    std::ostringstream out;
    std::ostringstream err;
    Console console({out, err, one.terminal, one.terminal, one.no_color, one.dumb, nullptr, {}});
    console.configure({one.when, ConsoleOptions::Progress::none, false, 0});
    console.warning("x");
    CHECK(console.out_color() == one.colored);
    CHECK((err.str() == "\x1b[1;33mwarning:\x1b[0m x\n") == one.colored);
    CHECK((err.str() == "warning: x\n") != one.colored);
  }
}

TEST_CASE("quiet keeps warnings and errors only") {
  Fixture fixture(true);
  fixture.console.configure({ConsoleOptions::When::never, ConsoleOptions::Progress::tty, true, 0});
  fixture.console.status("status");
  fixture.console.note("note");
  const auto bar = fixture.console.progress("layer", 100);
  bar->advance(50);
  bar->finish("uploaded");
  CHECK(fixture.taken().empty());
  fixture.console.warning("w");
  fixture.console.error(Error(ErrorKind::io, "e"));
  CHECK(fixture.taken() == "warning: w\nsidecarctl: error: e\n");
  CHECK(fixture.console.quiet());
}

TEST_CASE("on a terminal a transfer is one line that is drawn again, at most ten times a second") {
  Fixture fixture(true);
  auto bar = fixture.console.progress("layer", 10'000'000);
  CHECK(fixture.taken() == "layer: 0 B of 10.0 MB (0%)\x1b[K\n");
  bar->advance(1'000'000);
  CHECK(fixture.taken().empty());
  fixture.clock.sleep_for(100ms);
  bar->advance(1'000'000);
  CHECK(fixture.taken() == "\x1b[1A\rlayer: 2.0 MB of 10.0 MB (20%)\x1b[K\n");
  fixture.clock.sleep_for(1900ms);
  bar->advance(3'000'000);
  CHECK(fixture.taken() == "\x1b[1A\rlayer: 5.0 MB of 10.0 MB (50%), 2.5 MB/s\x1b[K\n");
  bar->finish("uploaded");
  CHECK(fixture.taken() == "\x1b[1A\r\x1b[Jlayer: uploaded\n");
  bar.reset();
  CHECK(fixture.taken().empty());
}

TEST_CASE("several transfers have a total, and other lines go above them") {
  Fixture fixture(true);
  auto first = fixture.console.progress("first", 1000);
  fixture.clock.sleep_for(200ms);
  auto second = fixture.console.progress("second", 3000);
  CHECK(
      fixture.taken() ==
      "first: 0 B of 1.0 kB (0%)\x1b[K\n"
      "\x1b[1A\rfirst: 0 B of 1.0 kB (0%)\x1b[K\nsecond: 0 B of 3.0 kB (0%)\x1b[K\n0 of 2 done, 0 B of 4.0 kB\x1b[K\n");
  fixture.console.status("said");
  CHECK(fixture.taken() ==
        "\x1b[3A\r\x1b[Jsaid\n"
        "first: 0 B of 1.0 kB (0%)\x1b[K\nsecond: 0 B of 3.0 kB (0%)\x1b[K\n0 of 2 done, 0 B of 4.0 kB\x1b[K\n");
  first->advance(1000);
  first->finish("existed");
  CHECK(fixture.taken() ==
        "\x1b[3A\r\x1b[Jfirst: existed\nsecond: 0 B of 3.0 kB (0%)\x1b[K\n1 of 2 done, 1.0 kB of 4.0 kB\x1b[K\n");
  second.reset();  // A failure: no outcome is told, and nothing stays on the screen.
  CHECK(fixture.taken() == "\x1b[2A\r\x1b[J");
}

TEST_CASE("lines end before the edge of the terminal, at whole characters") {
  Fixture fixture(true, 12);
  const auto bar = fixture.console.progress("äöü-äöü-äöü", 0);
  CHECK(fixture.taken() == "äöü-äöü-äöü\x1b[K\n");
  Fixture narrow(true, 6);
  const auto other = narrow.console.progress("äöü-äöü", 0);
  CHECK(narrow.taken() == "äöü-ä\x1b[K\n");
}

TEST_CASE("more transfers than lines are summed up in the total") {
  Fixture fixture(true);
  std::vector<std::unique_ptr<sidecarctl::Events::Progress>> bars;
  for (int i = 0; i < 20; ++i) bars.push_back(fixture.console.progress("b" + std::to_string(i), 0));
  fixture.clock.sleep_for(1s);
  fixture.taken();
  bars[0]->advance(500);
  const std::string drawn = fixture.taken();
  CHECK(drawn.find("b7: ") != std::string::npos);
  CHECK(drawn.find("b8: ") == std::string::npos);
  CHECK(drawn.find("0 of 20 done, 500 B, 500 B/s") != std::string::npos);
}

TEST_CASE("without a terminal there is a line every ten seconds and at the end, without control characters") {
  Fixture fixture(false);
  auto bar = fixture.console.progress("layer", 100'000'000);
  bar->advance(1'000'000);
  CHECK(fixture.taken().empty());
  fixture.clock.sleep_for(10s);
  bar->advance(19'000'000);
  CHECK(fixture.taken() == "layer: 20.0 MB of 100.0 MB (20%), 2.0 MB/s\n");
  fixture.clock.sleep_for(9s);
  bar->advance(1);
  CHECK(fixture.taken().empty());
  bar->reset_to(5'000'000);
  CHECK(fixture.taken() == "layer: goes on from 5.0 MB\n");
  fixture.clock.sleep_for(10s);
  bar->advance(5'000'000);
  CHECK(fixture.taken() == "layer: 10.0 MB of 100.0 MB (10%), 500.0 kB/s\n");
  bar->finish("uploaded");
  bar->finish("twice");
  bar->advance(5);
  bar.reset();
  CHECK(fixture.taken() == "layer: uploaded\n");
}

TEST_CASE("transfers on several threads do not tear lines") {
  Fixture fixture(false);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&fixture] {
      for (int k = 0; k < 100; ++k) {
        auto bar = fixture.console.progress("layer", 10);
        bar->advance(10);
        bar->finish("uploaded");
        fixture.console.warning("w");
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::istringstream lines(fixture.err.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) CHECK((line == "layer: uploaded" || line == "warning: w"));
  CHECK(count == 800);
}
