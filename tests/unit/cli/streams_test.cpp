// SPDX-License-Identifier: Apache-2.0
#include "cli/streams.hpp"

#include "support/catch.hpp"
#include "util/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <istream>
#include <ostream>

using sidecarctl::FdInputBuffer;
using sidecarctl::FdOutputBuffer;
using sidecarctl::UniqueFd;

TEST_CASE("what is written arrives, whatever its length") {
  const auto file = sidecarctl::open_unnamed_temporary(sidecarctl::temporary_directory());
  const std::string text = std::string(100'000, 'x') + "end\n";
  {
    FdOutputBuffer buffer(file->get());
    std::ostream out(&buffer);
    out << text.substr(0, 7) << text.substr(7);
    out.flush();
    CHECK(out.good());
    CHECK(buffer.first_error() == 0);
    CHECK(sidecarctl::file_size(*file, "file") == text.size());
    out << 'y';
  }
  CHECK(sidecarctl::file_size(*file, "file") == text.size() + 1);
}

TEST_CASE("a full disk and a reader that has gone are remembered") {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full.valid());
  FdOutputBuffer buffer(full.get());
  std::ostream out(&buffer);
  out << "x" << std::flush;
  CHECK(out.bad());
  CHECK(buffer.first_error() == ENOSPC);

  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  ::close(ends[0]);
  const UniqueFd writer(ends[1]);
  FdOutputBuffer pipe(writer.get());
  std::ostream(&pipe) << std::string(100'000, 'x') << std::flush;
  CHECK(pipe.first_error() == EPIPE);
}

TEST_CASE("input is read to its end, and ends when cancelled") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  sidecarctl::write_all(writer.get(), std::as_bytes(std::span("line\nrest", 9)), "pipe");
  sidecarctl::CancelToken cancel;
  FdInputBuffer buffer(reader.get(), cancel);
  std::istream input(&buffer);
  std::string line;
  std::getline(input, line);
  CHECK(line == "line");
  cancel.cancel(SIGINT);  // Without it the next read would wait for the writer.
  std::getline(input, line);
  CHECK(line == "rest");
  CHECK(input.eof());
}
