// SPDX-License-Identifier: Apache-2.0
#include "util/file.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

TEST_CASE("a file is replaced as a whole, with its mode, and nothing else stays") {
  const test::TempDir folder;
  const auto path = folder.path() / "out";
  write_file_atomically(path, "one", 0600);
  write_file_atomically(path, "two", 0600);
  CHECK(read_file(path, 10) == "two");
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("reading is bounded and refuses what is no regular file") {
  const test::TempDir folder;
  const auto path = folder.path() / "x";
  write_file_atomically(path, "12345");
  CHECK(read_file(path, 5) == "12345");
  CHECK_THROWS_WITH(read_file(path, 4), Catch::Contains("longer than the limit of 4 bytes"));
  CHECK_THROWS_AS(read_file(folder.path(), 10), Error);
  CHECK_FALSE(read_file_if_exists(folder.path() / "absent", 10));
  REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(read_file(folder.path() / "fifo", 10), Catch::Contains("not a regular file"));
  try {
    read_file(folder.path() / "absent", 10);
    FAIL("was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::not_found);
  }
}

TEST_CASE("a range is read, skipped and missed when the file ends early") {
  const test::TempDir folder;
  write_file_atomically(folder.path() / "x", "0123456789");
  const auto file = open_file(folder.path() / "x");
  CHECK(file_size(*file, "x") == 10);
  FileRangeSource range(file, 2, 6, "x");
  CHECK(range.skip(3) == 3);
  CHECK(read_all(range, 10, "x") == "567");
  CHECK(range.skip(9) == 0);
  FileRangeSource beyond(file, 8, 6, "x.tar");
  CHECK_THROWS_WITH(drain(beyond), "x.tar ends 4 bytes early");
}

TEST_CASE("an unnamed temporary file leaves nothing behind") {
  const test::TempDir folder;
  const auto file = open_unnamed_temporary(folder.path());
  write_all(file->get(), std::as_bytes(std::span(std::string_view("abc"))), "x");
  CHECK(file_size(*file, "x") == 3);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a write to a full device says so") {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (!full.valid()) return;  // Not every sandbox has it.
  CHECK_THROWS_WITH(write_all(full.get(), std::as_bytes(std::span(std::string_view("x"))), "out"),
                    Catch::Contains("No space left"));
}

TEST_CASE("a pipe is written to, not replaced by a file") {
  const test::TempDir folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const UniqueFd reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  REQUIRE(reader.valid());
  write_file_atomically(pipe, "digest");
  CHECK(std::filesystem::is_fifo(pipe));
  char text[16] = {};
  CHECK(::read(reader.get(), text, sizeof text) == 6);
  CHECK(std::string(text) == "digest");
}
