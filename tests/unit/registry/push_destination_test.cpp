// SPDX-License-Identifier: Apache-2.0
#include "registry/push_destination.hpp"

#include "support/catch.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

namespace {

struct Row {
  std::string what;
  DestinationRequest request;
  std::string name;  ///< Expected registry/repository.
  std::string tags;  ///< Joined with ','.
};

struct Refusal {
  std::string what;
  DestinationRequest request;
  ErrorKind kind;
  std::string message;  ///< A part of it.
};

DestinationRequest to(std::optional<std::string> destination, std::optional<std::string> registry = {},
                      std::vector<std::string> tags = {}, std::optional<std::string> image_name = {},
                      bool allow_latest = false) {
  return {std::move(destination), std::move(registry), std::move(tags), std::move(image_name), allow_latest};
}

const std::string kDigest = "sha256:" + std::string(64, 'a');

}  // namespace

TEST_CASE("a push goes where the user said") {
  const std::vector<Row> rows = {
      {"a name with a host", to("registry.example/team/app:1.0"), "registry.example/team/app", "1.0"},
      {"a host with a port", to("localhost:5000/app:1.0"), "localhost:5000/app", "1.0"},
      {"the spelling of other tools", to("docker://registry.example/app:1"), "registry.example/app", "1"},
      {"Docker Hub when it is named", to("docker.io/team/app:1"), "docker.io/team/app", "1"},
      {"--registry completes a name without host", to("team/app:1", "registry.example"), "registry.example/team/app",
       "1"},
      {"--registry with a folder", to("app:1", "registry.example/group/project/"), "registry.example/group/project/app",
       "1"},
      {"--registry leaves a name with a host alone", to("other.example/app:1", "registry.example"), "other.example/app",
       "1"},
      {"a host called registry", to("registry:5000/app:1"), "registry:5000/app", "1"},
      {"--tag adds to the name's tag, without repeats", to("r.example/app:1", {}, {"2", "1", "2"}), "r.example/app",
       "1,2"},
      {"--tag is enough", to("r.example/app", {}, {"2"}), "r.example/app", "2"},
      {"a digest alone sets no tag", to("r.example/app@" + kDigest), "r.example/app", ""},
      {"the image's own name", to({}, {}, {}, "r.example/app:3"), "r.example/app", "3"},
      {"the image's own name, completed", to({}, "r.example", {}, "app:3"), "r.example/app", "3"},
      {"podman's name for an image without registry", to({}, "r.example", {}, "localhost/app:3"), "r.example/app", "3"},
      {"localhost with a port is a registry", to({}, "r.example", {}, "localhost:5000/app:3"), "localhost:5000/app",
       "3"},
      {"localhost written as target is meant", to("localhost/app:3", "r.example"), "localhost/app", "3"},
      {"latest when it is allowed", to("r.example/app:latest", {}, {}, {}, true), "r.example/app", "latest"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const PushDestination result = resolve_destination(row.request);
    CHECK(result.reference.name() == row.name);
    CHECK(join(result.tags, ",") == row.tags);
  }
}

TEST_CASE("an asserted digest is kept beside the tag") {
  const PushDestination result = resolve_destination(to("r.example/app:1@" + kDigest));
  REQUIRE(result.reference.digest().has_value());
  CHECK(result.reference.digest()->str() == kDigest);
  CHECK(result.tags == std::vector<std::string>{"1"});
}

TEST_CASE("a destination that is not clear is refused") {
  const std::vector<Refusal> rows = {
      {"no host", to("team/app:1.2"), ErrorKind::usage, "target 'team/app:1.2' has no registry host"},
      {"no host and no folder", to("app:1"), ErrorKind::usage, "target 'app:1' has no registry host"},
      {"the image's name has no host", to({}, {}, {}, "app:1"), ErrorKind::usage,
       "the image's name 'app:1' has no registry host"},
      {"podman's local name is no host", to({}, {}, {}, "localhost/app:1"), ErrorKind::usage,
       "'app:1' has no registry host"},
      {"no destination, no name", to({}), ErrorKind::usage, "no name of its own"},
      {"a registry that is none", to("app:1", "nonsense"), ErrorKind::usage,
       "'nonsense' is not the name of a registry"},
      {"no tag and no digest", to("r.example/app"), ErrorKind::usage, "neither a tag nor a digest"},
      {"no tag, even with --allow-latest", to("r.example/app", {}, {}, {}, true), ErrorKind::usage,
       "neither a tag nor a digest"},
      {"latest", to("r.example/app:latest"), ErrorKind::policy, "tag 'latest'"},
      {"latest as a further tag", to("r.example/app:1", {}, {"latest"}), ErrorKind::policy, "tag 'latest'"},
      {"a bad tag", to("r.example/app:1", {}, {"-x"}), ErrorKind::usage, "'-x' is not a tag"},
      {"an upper-case repository", to("r.example/App:1"), ErrorKind::usage, "App"},
  };
  for (const Refusal& row : rows) {
    INFO(row.what);
    try {
      resolve_destination(row.request);
      FAIL_CHECK("it was accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == row.kind);
      CHECK_THAT(std::string(error.message()), Catch::Contains(row.message));
      CHECK(error.hint().has_value());
    }
  }
}
