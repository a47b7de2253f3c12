// SPDX-License-Identifier: Apache-2.0
#include "util/subprocess.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace sidecarctl;
using std::chrono::milliseconds;

namespace {

CommandLine shell(const std::string& script) {
  CommandLine command;
  command.argv = {"sh", "-c", script};
  return command;
}

template <class Body>
Error error_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no Error");
  throw std::logic_error("not reached");
}

/// Not gone and not a zombie (a container's first process may not collect them).
bool is_running(int pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return (stat >> number >> name >> state) && state != "Z";
}

int read_pid(const std::filesystem::path& path) {
  int pid = 0;
  for (int i = 0; i < 200 && pid == 0; ++i) {
    std::ifstream(path) >> pid;
    if (pid == 0) std::this_thread::sleep_for(milliseconds(10));
  }
  return pid;
}

}  // namespace

TEST_CASE("a program gets its input and gives both outputs and its status") {
  CancelToken cancel;
  auto command = shell("cat; echo oops >&2; exit 3");
  command.input = "hello";
  const CommandResult result = run_command(command, cancel);
  CHECK(result.output == "hello");
  CHECK(result.error_output == "oops\n");
  CHECK(result.exit_code == 3);
}

TEST_CASE("a program that does not read its input is no failure") {
  CancelToken cancel;
  auto command = shell("exit 0");
  command.input = std::string(10'000'000, 'x');
  CHECK(run_command(command, cancel).exit_code == 0);
}

TEST_CASE("the end by a signal is 128 and its number") {
  CancelToken cancel;
  CHECK(run_command(shell("kill -9 $$"), cancel).exit_code == 137);
}

TEST_CASE("words are passed without a shell") {
  CancelToken cancel;
  CommandLine command;
  command.argv = {"printf", "%s|", "a b", "$HOME", "*", ""};
  CHECK(run_command(command, cancel).output == "a b|$HOME|*||");
}

TEST_CASE("a program that is not there is named") {
  CancelToken cancel;
  CommandLine command;
  command.argv = {"no-such-program-here"};
  const Error error = error_of([&] { run_command(command, cancel); });
  CHECK(error.kind() == ErrorKind::not_found);
  CHECK(error.message() == "there is no program 'no-such-program-here' in PATH");
}

TEST_CASE("output at the limit passes, one byte more does not") {
  CancelToken cancel;
  auto command = shell("head -c 1000 /dev/zero");
  command.output_limit = 1000;
  CHECK(run_command(command, cancel).output.size() == 1000);
  command.output_limit = 999;
  CHECK(error_of([&] { run_command(command, cancel); }).kind() == ErrorKind::tool);
}

TEST_CASE("of a long stderr the end is kept") {
  CancelToken cancel;
  const CommandResult result = run_command(shell("head -c 1000000 /dev/zero >&2; printf end >&2"), cancel);
  CHECK(result.error_output.size() == 64 * 1024);
  CHECK(result.error_output.ends_with("end"));
}

TEST_CASE("the time limit ends the whole process group") {
  CancelToken cancel;
  const auto path = std::filesystem::temp_directory_path() / ("sidecarctl-pid-" + std::to_string(::getpid()));
  auto command = shell("sleep 100 & echo $! > " + path.string() + "; wait");
  command.time_limit = milliseconds(300);
  const Error error = error_of([&] { run_command(command, cancel); });
  CHECK(error.kind() == ErrorKind::timeout);
  CHECK(error.message() == "'sh' did not end within 0.3 s");
  const int pid = read_pid(path);
  REQUIRE(pid > 0);
  for (int i = 0; i < 100 && is_running(pid); ++i) std::this_thread::sleep_for(milliseconds(10));
  CHECK_FALSE(is_running(pid));
  std::filesystem::remove(path);
}

TEST_CASE("a grandchild that keeps stdout open does not keep us") {
  CancelToken cancel;
  const auto start = std::chrono::steady_clock::now();
  const CommandResult result = run_command(shell("sleep 3 & echo done"), cancel);
  CHECK(result.output == "done\n");
  CHECK(std::chrono::steady_clock::now() - start < milliseconds(2000));
}

TEST_CASE("cancelling ends the program") {
  CancelToken cancel;
  std::thread canceller([&] {
    std::this_thread::sleep_for(milliseconds(50));
    cancel.cancel(SIGINT);
  });
  CHECK(error_of([&] { run_command(shell("sleep 100"), cancel); }).kind() == ErrorKind::interrupted);
  canceller.join();
}

TEST_CASE("no descriptor of ours is inherited") {
  CancelToken cancel;
  const int leaky = ::open("/dev/null", O_RDONLY);  // Without close-on-exec, on purpose.
  REQUIRE(leaky > 2);
  CHECK(run_command(shell("exec ls /proc/self/fd"), cancel).output == "0\n1\n2\n3\n");  // 3: ls reading the folder.
  ::close(leaky);
}

TEST_CASE("a stream of output ends with an error if the program failed") {
  CancelToken cancel;
  auto good = open_command_output({"sh", "-c", "head -c 300000 /dev/zero"}, cancel);
  CHECK(drain(*good) == 300000);
  CHECK(drain(*good) == 0);
  auto bad = open_command_output({"sh", "-c", "printf data; echo 'no such image' >&2; exit 125"}, cancel);
  CHECK(read_up_to(*bad, 4) == "data");
  for (int i = 0; i < 2; ++i) {
    const Error error = error_of([&] { drain(*bad); });
    CHECK(error.kind() == ErrorKind::tool);
    CHECK(error.message() == "'sh' ended with status 125: no such image");
  }
}

TEST_CASE("a stream dropped early ends its program") {
  CancelToken cancel;
  const auto path = std::filesystem::temp_directory_path() / ("sidecarctl-stream-" + std::to_string(::getpid()));
  auto stream = open_command_output({"sh", "-c", "echo $$ > " + path.string() + "; exec cat /dev/zero"}, cancel);
  CHECK(read_up_to(*stream, 10).size() == 10);
  const int pid = read_pid(path);
  stream.reset();
  CHECK_FALSE(is_running(pid));
  std::filesystem::remove(path);
}

TEST_CASE("programs are looked up in PATH") {
  CHECK(has_program("sh"));
  CHECK(has_program("/bin/sh"));
  CHECK_FALSE(has_program("/bin"));
  CHECK_FALSE(has_program("no-such-program-here"));
  CHECK_FALSE(has_program(""));
}
