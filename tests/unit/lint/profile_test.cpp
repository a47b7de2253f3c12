// SPDX-License-Identifier: Apache-2.0
#include "lint/profile.hpp"

#include "support/catch.hpp"
#include "support/fake_files.hpp"
#include "util/error.hpp"

#include <functional>

namespace sidecarctl::test {

using lint::ProfileName;

namespace {

const std::string kFolder(lint::kSharedVolumes);

struct Case {
  const char* what;
  std::vector<std::string> env, ports;
  std::function<void(FakeFiles&)> files;
  ProfileName profile;
  std::vector<std::string> volumes;
  const char* reason;
};

ImageConfig config_with(std::vector<std::string> env, std::vector<std::string> ports) {
  ImageConfig config;
  config.env = std::move(env);
  config.exposed_ports = std::move(ports);
  return config;
}

const Case kCases[] = {
    {"nothing", {}, {}, {}, ProfileName::generic, {}, "the image has no shared volume and exposes no port"},
    {"a port",
     {},
     {"1234/tcp"},
     {},
     ProfileName::server,
     {},
     "the image exposes port 1234/tcp and has no shared volume"},
    {"a folder",
     {},
     {"1234"},
     [](FakeFiles& files) { files.directory(kFolder + "/shared"); },
     ProfileName::flags,
     {"shared"},
     "the image has /opt/palantir/sidecars/shared-volumes/shared"},
    {"two folders",
     {},
     {},
     [](FakeFiles& files) { files.directory(kFolder + "/b").directory(kFolder + "/a"); },
     ProfileName::flags,
     {"a", "b"},
     "the image has /opt/palantir/sidecars/shared-volumes/a"},
    {"a file in the place of a volume",
     {},
     {},
     [](FakeFiles& files) { files.file(kFolder + "/shared", ""); },
     ProfileName::flags,
     {"shared"},
     "the image has /opt/palantir/sidecars/shared-volumes/shared"},
    {"an empty folder of volumes",
     {},
     {},
     [](FakeFiles& files) { files.directory(kFolder); },
     ProfileName::flags,
     {"shared"},
     "the image has /opt/palantir/sidecars/shared-volumes"},
    {"a file in the place of the folder",
     {},
     {},
     [](FakeFiles& files) { files.file(kFolder, ""); },
     ProfileName::flags,
     {"shared"},
     "the image has /opt/palantir/sidecars/shared-volumes"},
    {"a folder behind a link",
     {},
     {},
     [](FakeFiles& files) { files.link("/opt", "/data").directory("/data/palantir/sidecars/shared-volumes/in"); },
     ProfileName::flags,
     {"in"},
     "the image has /opt/palantir/sidecars/shared-volumes/in"},
    {"a folder that a layer removed",
     {},
     {},
     [](FakeFiles& files) { files.removed(kFolder + "/shared", 3); },
     ProfileName::flags,
     {"shared"},
     "layer 3 removes /opt/palantir/sidecars/shared-volumes/shared"},
    {"the environment",
     {"A=b", "IN=" + kFolder + "/data/in"},
     {"80"},
     {},
     ProfileName::flags,
     {"data"},
     "the environment has IN=/opt/palantir/sidecars/shared-volumes/data/in"},
    {"the environment and another folder",
     {"SHARED_DIR=" + kFolder + "/shared/"},
     {},
     [](FakeFiles& files) { files.directory(kFolder + "/other"); },
     ProfileName::flags,
     {"shared", "other"},
     "the environment has SHARED_DIR=/opt/palantir/sidecars/shared-volumes/shared/"},
    {"SHARED_DIR elsewhere",
     {"SHARED_DIR=/data"},
     {},
     {},
     ProfileName::flags,
     {"shared"},
     "the environment has SHARED_DIR=/data"},
    {"a path that only begins alike",
     {"X=" + kFolder + "-old/a", "Y", "Z=" + kFolder},
     {},
     {},
     ProfileName::generic,
     {},
     "the image has no shared volume and exposes no port"},
    {"files that cannot be read",
     {},
     {"80"},
     [](FakeFiles& files) { files.broken("layer 2 is damaged"); },
     ProfileName::flags,
     {"shared"},
     "the files of the image cannot be read, so it may have a shared volume (layer 2 is damaged)"},
};

}  // namespace

TEST_CASE("a profile is detected from what the image shows") {
  for (const Case& test : kCases) {
    INFO(test.what);
    FakeFiles files;
    if (test.files) test.files(files);
    const auto decision = lint::decide_profile(config_with(test.env, test.ports), &files, {}, {});
    CHECK(to_string(decision.profile.name) == to_string(test.profile));
    CHECK(decision.profile.reason == test.reason);
    CHECK(decision.volumes == test.volumes);
  }
}

TEST_CASE("without files the config alone decides, and the reason does not say more") {
  const auto decision = lint::decide_profile(config_with({}, {"8080"}), nullptr, {}, {});
  CHECK(decision.profile.name == ProfileName::server);
  CHECK(decision.profile.reason == "the image exposes port 8080 and names no shared volume");
}

TEST_CASE("configured volumes make the profile flags and are the only ones asked for") {
  FakeFiles files;
  files.broken("nobody needs to look");
  const auto decision = lint::decide_profile({}, &files, {}, {"a", "b"});
  CHECK(decision.profile.name == ProfileName::flags);
  CHECK(decision.profile.reason == "the volume 'a' is configured");
  CHECK(decision.volumes == std::vector<std::string>{"a", "b"});
}

TEST_CASE("the profile that was asked for wins") {
  struct Row {
    ProfileName asked;
    std::vector<std::string> configured, in_image, volumes;
  };
  const Row rows[] = {
      {ProfileName::flags, {}, {}, {"shared"}},
      {ProfileName::flags, {}, {"data"}, {"shared", "data"}},
      {ProfileName::flags, {"data"}, {"other"}, {"data"}},
      {ProfileName::byoc, {}, {}, {}},
      {ProfileName::byoc, {}, {"data"}, {"data"}},
      {ProfileName::server, {}, {"data"}, {}},
      {ProfileName::generic, {}, {"data"}, {}},
      {ProfileName::server, {"data"}, {}, {"data"}},
  };
  for (const Row& row : rows) {
    INFO(to_string(row.asked) << " with " << row.configured.size() << " configured, " << row.in_image.size()
                              << " in the image");
    FakeFiles files;
    for (const std::string& name : row.in_image) files.directory(kFolder + "/" + name);
    const auto decision = lint::decide_profile(config_with({}, {"80"}), &files, row.asked, row.configured);
    CHECK(decision.profile.name == row.asked);
    CHECK(decision.profile.reason == "--profile " + std::string(to_string(row.asked)));
    CHECK(decision.volumes == row.volumes);
  }
}

TEST_CASE("byoc on files that cannot be read asks for a volume, so that the rules say unknown") {
  FakeFiles files;
  files.broken("no");
  CHECK(lint::decide_profile({}, &files, ProfileName::byoc, {}).volumes == std::vector<std::string>{"shared"});
}

TEST_CASE("more folders than a transform has are not all judged, and the reason says so") {
  FakeFiles files;
  for (std::size_t i = 0; i < lint::kMaxVolumes; ++i) files.directory(kFolder + "/" + std::to_string(100 + i));
  CHECK(lint::decide_profile({}, &files, {}, {}).volumes.size() == lint::kMaxVolumes);
  CHECK_THAT(lint::decide_profile({}, &files, {}, {}).profile.reason, !Catch::Contains("more"));
  files.directory(kFolder + "/999");
  const auto decision = lint::decide_profile({}, &files, {}, {});
  CHECK(decision.volumes.size() == lint::kMaxVolumes);
  CHECK_THAT(decision.profile.reason, Catch::EndsWith(" and more; the first 32 are looked at"));
}

TEST_CASE("a long environment entry is cut in the reason") {
  const auto decision =
      lint::decide_profile(config_with({"SHARED_DIR=" + std::string(100'000, 'x')}, {}), nullptr, {}, {});
  CHECK(decision.profile.reason.size() < 200);
}

TEST_CASE("names of profiles are read in any case") {
  CHECK(lint::parse_profile("FLAGS") == ProfileName::flags);
  CHECK(lint::parse_profile("byoc") == ProfileName::byoc);
  CHECK_FALSE(lint::parse_profile("auto"));
  CHECK_FALSE(lint::parse_profile(""));
}

TEST_CASE("a volume is one folder name or its full path") {
  CHECK(lint::parse_volume_name("shared") == "shared");
  CHECK(lint::parse_volume_name(kFolder + "/data/") == "data");
  for (const std::string& bad : {std::string(""), std::string("a/b"), std::string(".."), std::string("."), kFolder,
                                 kFolder + "/a/b", std::string("/data"), kFolder + "/../x"}) {
    INFO(bad);
    CHECK_THROWS_AS(lint::parse_volume_name(bad), Error);
  }
}

}  // namespace sidecarctl::test
