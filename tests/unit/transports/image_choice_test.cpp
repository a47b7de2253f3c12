// SPDX-License-Identifier: Apache-2.0
#include "transports/image_choice.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <fstream>

namespace sidecarctl {

namespace {

using Catch::Matchers::Contains;

ImageList list_of(std::vector<std::vector<ImageName>> images) {
  return {"app.tar", "docker-archive:app.tar", std::move(images),
          [](std::size_t) { return std::string("linux/amd64"); }};
}

ImageSelector by_name(std::string name) {
  return {std::move(name), {}};
}

Error error_of(const ImageList& list, const ImageSelector& selector) {
  try {
    choose_image(list, selector);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::policy, "no error");
}

void touch(const std::filesystem::path& path) {
  std::ofstream(path) << "x";
}

}  // namespace

TEST_CASE("a location is a path and what stands after the last colon that can be one") {
  const test::TempDir dir;
  const std::string base = dir.path().string();
  touch(dir.path() / "app.tar");
  touch(dir.path() / "odd:name:1.tar");
  std::filesystem::create_directory(dir.path() / "out");
  struct Case {
    std::string location, path, name;
  };
  const Case cases[] = {
      {"/app.tar", "/app.tar", ""},
      {"/app.tar:app:1.0", "/app.tar", "app:1.0"},
      {"/app.tar:localhost:5000/app:1.0", "/app.tar", "localhost:5000/app:1.0"},
      {"/app.tar:", "/app.tar", ""},
      {"/odd:name:1.tar", "/odd:name:1.tar", ""},
      {"/odd:name:1.tar:app:1", "/odd:name:1.tar", "app:1"},
      {"/out", "/out", ""},
      {"/out:1.0", "/out", "1.0"},
      {"/gone.tar:app:1", "/gone.tar", "app:1"},
      {"/gone.tar", "/gone.tar", ""},
  };
  for (const Case& c : cases) {
    INFO(c.location);
    const ImageLocation location = parse_location(base + c.location);
    CHECK(location.path == base + c.path);
    CHECK(location.selector.name.value_or("") == c.name);
    CHECK_FALSE(location.selector.position);
  }
  CHECK(parse_location("-").path == "-");
  CHECK(parse_location("-:app:1").selector.name == "app:1");
}

TEST_CASE("a location may count from 0") {
  CHECK(parse_location("gone.tar:@0").selector.position == 0);
  CHECK(parse_location("gone.tar:@12").selector.position == 12);
  for (const char* text : {"x:@", "x:@a", "x:@-1", "x:@1 ", "x:@99999999999999999999"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_location(text), Error);
  }
  CHECK_THROWS_WITH(parse_location(""), "no path is given");
}

TEST_CASE("the only image is taken when none is named") {
  const ImageChoice unnamed = choose_image(list_of({{}}), {});
  CHECK(unnamed.image == 0);
  CHECK_FALSE(unnamed.name);
  CHECK(choose_image(list_of({{{"app:1", ""}, {"app:2", ""}}}), {}).name == 0);
}

TEST_CASE("several images and none named is a question with the list") {
  const Error error = error_of(list_of({{{"app:1", ""}, {"app:one", ""}}, {}, {{"\x1b[2Jother:2", ""}}}), {});
  CHECK(error.kind() == ErrorKind::usage);
  CHECK(error.message() == "app.tar holds 3 images, and none is named");
  REQUIRE(error.context().size() == 3);
  CHECK(error.context()[0] == "@0  app:1, app:one  linux/amd64");
  CHECK(error.context()[1] == "@1  (no name)  linux/amd64");
  CHECK(error.context()[2] == "@2  \\x1b[2Jother:2  linux/amd64");
  CHECK(error.hint() == "pick one: 'docker-archive:app.tar:@0', or with its name after the colon");
}

TEST_CASE("a long list is cut at 20 lines") {
  const Error at_limit = error_of(list_of(std::vector<std::vector<ImageName>>(20)), {});
  CHECK(at_limit.context().size() == 20);
  const Error beyond = error_of(list_of(std::vector<std::vector<ImageName>>(21)), {});
  CHECK(beyond.context().size() == 21);
  CHECK(beyond.context().back() == "and 1 more");
}

TEST_CASE("a name that is not there is told with what is there") {
  const Error error = error_of(list_of({{{"app:1.0", ""}}, {{"other:2", ""}}}), by_name("ap:1.0"));
  CHECK(error.kind() == ErrorKind::not_found);
  CHECK(error.message() == "app.tar has no image 'ap:1.0'; did you mean 'app:1.0'?");
  CHECK(error.context().size() == 2);
  CHECK(error_of(list_of({{{"app:1.0", ""}}}), ImageSelector{{}, 1}).kind() == ErrorKind::not_found);
  CHECK(error_of(list_of({}), {}).message() == "app.tar holds no image");
}

TEST_CASE("names fit in full, as references, by tag, by latest; the closest fit wins") {
  struct Case {
    std::vector<std::vector<ImageName>> images;
    std::string wanted;
    std::size_t image, name;
  };
  const Case cases[] = {
      {{{{"a:1", ""}}, {{"b:1", ""}, {"c:2", ""}}}, "c:2", 1, 1},
      {{{{"app:1", ""}}}, "docker.io/library/app:1", 0, 0},
      {{{{"docker.io/library/app:1", ""}}}, "app:1", 0, 0},
      {{{{"docker.io/library/app:1", "1"}}}, "1", 0, 0},
      {{{{"registry.example/app:1.0", ""}}, {{"x:2", ""}}}, "1.0", 0, 0},
      {{{{"app:latest", ""}}, {{"x:2", ""}}}, "app", 0, 0},
      {{{{"v1", ""}}, {{"v2", ""}}}, "v2", 1, 0},
      {{{{"x:app", ""}}, {{"app", ""}}}, "app", 1, 0},
      {{{{"some thing odd", ""}}}, "some thing odd", 0, 0},
  };
  for (const Case& c : cases) {
    INFO(c.wanted);
    const ImageChoice choice = choose_image(list_of(c.images), by_name(c.wanted));
    CHECK(choice.image == c.image);
    CHECK(choice.name == c.name);
  }
}

TEST_CASE("a name that fits two images is a question") {
  const Error same_name = error_of(list_of({{{"app:1", ""}}, {{"app:1", ""}}}), by_name("app:1"));
  CHECK(same_name.kind() == ErrorKind::usage);
  CHECK(same_name.message() == "several images in app.tar have the name 'app:1'");
  CHECK(error_of(list_of({{{"a:1", ""}}, {{"b:1", ""}}}), by_name("1")).kind() == ErrorKind::usage);
}

TEST_CASE("tag and digest are those of the chosen name, the other names are kept") {
  const std::string digest = "sha256:" + std::string(64, 'a');
  struct Case {
    std::string name;
    std::optional<std::string> tag, digest;
  };
  const Case cases[] = {{"registry.example:5000/app:1.0", "1.0", {}},
                        {"registry.example:5000/app", {}, {}},
                        {"app@" + digest, {}, digest},
                        {"app:2@" + digest, "2", digest},
                        {"v1", "v1", {}},
                        {"no reference: at all", {}, {}}};
  for (const Case& c : cases) {
    INFO(c.name);
    SourceInfo info;
    set_names(info, {{"first:0", ""}, {c.name, ""}, {"last:9", ""}}, 1);
    CHECK(info.name == c.name);
    CHECK(info.tag == c.tag);
    CHECK(info.digest == c.digest);
    CHECK(info.other_names == std::vector<std::string>{"first:0", "last:9"});
  }
  SourceInfo unnamed;
  set_names(unnamed, {}, {});
  CHECK_FALSE(unnamed.name);
  CHECK_FALSE(unnamed.tag);
}

TEST_CASE("names of Docker Hub are shown as Docker shows them") {
  CHECK(familiar_name("docker.io/library/app:1") == "app:1");
  CHECK(familiar_name("docker.io/team/app:1") == "team/app:1");
  CHECK(familiar_name("registry.example/library/app:1") == "registry.example/library/app:1");
}

}  // namespace sidecarctl
