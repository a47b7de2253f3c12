// SPDX-License-Identifier: Apache-2.0
#include "commands/deadline.hpp"

#include "support/catch.hpp"

#include <csignal>
#include <string>
#include <thread>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header
using namespace std::chrono_literals;

namespace {

/// Works until it is told to stop.
void work(const CancelToken& token) {
  while (true) {
    token.check();
    std::this_thread::yield();
  }
}

ErrorKind kind_of_end(Deadline& deadline) {
  try {
    deadline.run([&] { work(deadline.token()); });
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::usage;
}

}  // namespace

TEST_CASE("work that takes longer than its time ends with a timeout") {
  const CancelToken outer;
  Deadline deadline(outer, 1ms);
  CHECK(kind_of_end(deadline) == ErrorKind::timeout);
}

TEST_CASE("a signal before the time is up stays an interruption") {
  CancelToken outer;
  Deadline deadline(outer, 1h);
  outer.cancel(SIGTERM);
  CHECK(kind_of_end(deadline) == ErrorKind::interrupted);
  CHECK(deadline.token().signal() == SIGTERM);
}

TEST_CASE("without a limit the token is the outer one") {
  CancelToken outer;
  Deadline deadline(outer, std::nullopt);
  CHECK(&deadline.token() == &outer);
  CHECK(deadline.run([] { return 7; }) == 7);
}

TEST_CASE("other failures pass a deadline as they are, and keep their context as a timeout") {
  const CancelToken outer;
  Deadline deadline(outer, 1ms);
  CHECK_THROWS_WITH(deadline.run([] { throw Error(ErrorKind::network, "connection lost"); }), "connection lost");
  try {
    deadline.run(
        [&] { with_context([] { return std::string("while pushing layer 1"); }, [&] { work(deadline.token()); }); });
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.message() == "not done within 0.001 s");
    CHECK(error.context() == std::vector<std::string>{"while pushing layer 1"});
  }
}
