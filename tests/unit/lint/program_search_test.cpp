// SPDX-License-Identifier: Apache-2.0
#include "lint/program_search.hpp"

#include "support/catch.hpp"
#include "support/fake_files.hpp"

#include <string>
#include <vector>

using sidecarctl::ImageConfig;
using sidecarctl::lint::find_program;
using sidecarctl::lint::ProgramSearch;
using sidecarctl::lint::StartStep;
using sidecarctl::lint::UserFacts;
using sidecarctl::test::FakeFiles;

namespace {

UserFacts user_5001() {
  UserFacts user;
  user.identity.uid = user.identity.gid = 5001;
  return user;
}

}  // namespace

TEST_CASE("PATH is split as libc does") {
  using sidecarctl::lint::split_search_path;
  CHECK(split_search_path("/a:/b") == std::vector<std::string>{"/a", "/b"});
  CHECK(split_search_path(":/a:") == std::vector<std::string>{".", "/a", "."});
  CHECK(split_search_path("").empty());
  CHECK(split_search_path(std::string(5000, ':')).size() == 1000);
  ImageConfig config;
  CHECK(sidecarctl::lint::search_path_of(config).front() == "/usr/local/sbin");
  config.env = {"PATH=/x"};
  CHECK(sidecarctl::lint::search_path_of(config) == std::vector<std::string>{"/x"});
}

TEST_CASE("the working folder is absolute and clean") {
  ImageConfig config;
  CHECK(sidecarctl::lint::working_dir_of(config) == "/");
  config.working_dir = "app/./x/..";
  CHECK(sidecarctl::lint::working_dir_of(config) == "/app");
}

TEST_CASE("a search passes over folders, blocked parents and what may not be executed") {
  FakeFiles files;
  files.directory("/1/run").directory("/2", 0700).file("/2/run", "x", 0755).file("/3/run", "x", 0700);
  files.file("/4/run", "x", 0755);
  ProgramSearch search{{"/0", "/1", "/2", "/3", "/4"}, "/", false};
  const StartStep found = find_program(files, "run", search, user_5001());
  CHECK(found.resolved.path == "/4/run");
  CHECK(found.tried.size() == 5);
  search.directories.pop_back();
  const StartStep blocked = find_program(files, "run", search, user_5001());
  CHECK(blocked.found);
  CHECK(blocked.blocked_by == "/2");
  search.directories = {"/0", "/1"};
  const StartStep folder = find_program(files, "run", search, user_5001());
  CHECK_FALSE(folder.found);
  CHECK(folder.refused == "'/1/run' is a folder");
}

TEST_CASE("relative names and folders start at the working folder") {
  FakeFiles files;
  files.file("/work/bin/run", "x", 0755);
  const ProgramSearch search{{"bin"}, "/work", false};
  CHECK(find_program(files, "run", search, user_5001()).resolved.path == "/work/bin/run");
  CHECK(find_program(files, "bin/run", search, user_5001()).resolved.path == "/work/bin/run");
  CHECK(find_program(files, "./bin/../bin/run", search, user_5001()).resolved.path == "/work/bin/run");
  CHECK_FALSE(find_program(files, "", search, user_5001()).found);
}

TEST_CASE("a user that does not exist is not judged, root by any x bit") {
  FakeFiles files;
  files.directory("/a", 0700).file("/a/run", "x", 0600);
  UserFacts nobody;
  nobody.exists = false;
  const StartStep step = find_program(files, "/a/run", {}, nobody);
  CHECK((step.executable && step.readable && step.blocked_by.empty()));
  const UserFacts root;
  CHECK_FALSE(find_program(files, "/a/run", {}, root).executable);
  files.node("/a/run").mode = 0010;
  CHECK(find_program(files, "/a/run", {}, root).executable);
}
