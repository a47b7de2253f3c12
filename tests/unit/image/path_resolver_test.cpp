// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"

#include "support/catch.hpp"
#include "support/fake_files.hpp"

using sidecarctl::FollowLast;
using sidecarctl::resolve;
using sidecarctl::Resolved;
using sidecarctl::test::FakeFiles;

TEST_CASE("links are followed inside the image only") {
  FakeFiles files;
  files.file("/usr/bin/dash", "x")
      .link("/usr/bin/sh", "dash")
      .link("/bin", "usr/bin")
      .link("/up", "../../../usr/bin/dash");
  files.link("/abs", "/bin/sh").link("/data/here", "./../bin/./sh");
  for (const char* path : {"/bin/sh", "/usr/bin/sh", "/up", "/abs", "/data/here", "/data/../bin//sh", "/../bin/sh"}) {
    INFO(path);
    const Resolved found = resolve(files, path);
    REQUIRE(found.found());
    CHECK(found.path == "/usr/bin/dash");
  }
  CHECK(resolve(files, "/bin/sh").links == std::vector<std::string>{"/bin -> usr/bin", "/usr/bin/sh -> dash"});
  CHECK(resolve(files, "/bin/sh", FollowLast::no).path == "/usr/bin/sh");
  CHECK(resolve(files, "/").found());
}

TEST_CASE("what cannot be followed says why and where") {
  FakeFiles files;
  files.file("/file", "x").link("/a", "b").link("/b", "a").link("/dangling", "/nowhere/x").link("/deep/l", "/file/x");
  CHECK(resolve(files, "/a").outcome == Resolved::Outcome::loop);
  CHECK(resolve(files, "/file/x").outcome == Resolved::Outcome::not_a_directory);
  CHECK(resolve(files, "/deep/l").outcome == Resolved::Outcome::not_a_directory);
  const Resolved missing = resolve(files, "/dangling");
  CHECK(missing.outcome == Resolved::Outcome::missing);
  CHECK(missing.path == "/nowhere");
}

TEST_CASE("forty links are followed, forty-one are a loop") {
  FakeFiles files;
  files.file("/l0", "x");
  for (int i = 1; i <= 41; ++i) files.link("/l" + std::to_string(i), "l" + std::to_string(i - 1));
  CHECK(resolve(files, "/l40").found());
  CHECK(resolve(files, "/l41").outcome == Resolved::Outcome::loop);
}

TEST_CASE("every directory on the way is a parent, those behind links too") {
  FakeFiles files;
  files.directory("/srv/data/shared").link("/opt/palantir", "/srv/data");
  const Resolved found = resolve(files, "/opt/palantir/shared");
  REQUIRE(found.found());
  CHECK(found.path == "/srv/data/shared");
  CHECK(found.parents == std::vector<std::string>{"/", "/opt", "/", "/srv", "/srv/data"});
}
