// SPDX-License-Identifier: Apache-2.0
#include "scaffold/write_files.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/error.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace sidecarctl;  // NOLINT: a test.
using namespace sidecarctl::scaffold;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t count(const fs::path& path) {
  return static_cast<std::size_t>(
      std::distance(fs::recursive_directory_iterator(path), fs::recursive_directory_iterator()));
}

const std::vector<PlannedFile> kFiles = {
    {"a", "1", 0644, false}, {"d/e/b", "2", 0755, false}, {".c", "3", 0644, false}};

}  // namespace

TEST_CASE("files are written with their modes, folders made") {
  const test::TempDir temporary;
  const fs::path target = temporary.path() / "x/y";
  const CancelToken cancel;
  const mode_t before = ::umask(077);
  write_files(target, kFiles, false, cancel);
  ::umask(before);
  CHECK(content(target / "a") == "1");
  CHECK(content(target / "d/e/b") == "2");
  CHECK((fs::status(target / "d/e/b").permissions() & fs::perms::mask) == fs::perms(0755));
  CHECK((fs::status(target / "a").permissions() & fs::perms::mask) == fs::perms(0644));
  CHECK(count(target) == 5);
}

TEST_CASE("all conflicts are told and nothing is written") {
  const test::TempDir temporary;
  const CancelToken cancel;
  std::ofstream(temporary.path() / "a") << "old";
  fs::create_symlink("nowhere", temporary.path() / ".c");
  try {
    write_files(temporary.path(), kFiles, false, cancel);
    FAIL("it wrote");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::policy);
    CHECK(std::string(error.message()).find((temporary.path() / "a").string()) != std::string::npos);
    CHECK(std::string(error.message()).find((temporary.path() / ".c").string()) != std::string::npos);
  }
  CHECK(content(temporary.path() / "a") == "old");
  CHECK(count(temporary.path()) == 2);
}

TEST_CASE("force replaces files and links, not what links point to, and never folders") {
  const test::TempDir temporary;
  const CancelToken cancel;
  std::ofstream(temporary.path() / "other") << "other";
  fs::create_symlink("other", temporary.path() / "a");
  std::ofstream(temporary.path() / ".c") << "old";
  write_files(temporary.path(), kFiles, true, cancel);
  CHECK(content(temporary.path() / "other") == "other");
  CHECK_FALSE(fs::is_symlink(temporary.path() / "a"));
  CHECK(content(temporary.path() / "a") == "1");
  CHECK(content(temporary.path() / ".c") == "3");
  CHECK(count(temporary.path()) == 6);

  fs::remove(temporary.path() / "a");
  fs::create_directory(temporary.path() / "a");
  CHECK_THROWS_WITH(write_files(temporary.path(), kFiles, true, cancel), Catch::Contains("(a folder)"));
}

TEST_CASE("a folder that is a link is not followed") {
  const test::TempDir temporary;
  const test::TempDir outside;
  const CancelToken cancel;
  fs::create_directory_symlink(outside.path(), temporary.path() / "d");
  CHECK_THROWS_WITH(write_files(temporary.path(), kFiles, true, cancel), Catch::Contains("(a link)"));
  CHECK(fs::is_empty(outside.path()));
}

TEST_CASE("after a failure everything is as before") {
  const test::TempDir temporary;
  const CancelToken cancel;
  std::ofstream(temporary.path() / "a") << "old";
  // The second one fails while it is written: no file system has such a name.
  const std::vector<PlannedFile> files = {
      {"a", "new", 0644, false}, {"n/m", "x", 0644, false}, {std::string(300, 'z'), "x", 0644, false}};
  CHECK_THROWS(write_files(temporary.path(), files, true, cancel));
  CHECK(content(temporary.path() / "a") == "old");
  CHECK(count(temporary.path()) == 1);
  const fs::path fresh = temporary.path() / "fresh/deep";
  CHECK_THROWS(write_files(fresh, files, false, cancel));
  CHECK_FALSE(fs::exists(temporary.path() / "fresh"));
}

TEST_CASE("an interruption leaves nothing") {
  const test::TempDir temporary;
  CancelToken cancel;
  cancel.cancel(2);
  CHECK_THROWS(write_files(temporary.path() / "x", kFiles, false, cancel));
  CHECK(fs::is_empty(temporary.path()));
}
