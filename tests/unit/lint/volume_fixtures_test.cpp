// SPDX-License-Identifier: Apache-2.0
// Layers that are hard to judge, through the whole engine: what is wrong with a user or a volume is said by one rule.
#include "lint/engine.hpp"
#include "support/catch.hpp"
#include "support/memory_image.hpp"
#include "support/subject_builder.hpp"
#include "support/tar_builder.hpp"

#include <algorithm>

namespace sidecarctl::lint {
namespace {

using test::kSharedVolume;
using test::TarBuilder;

const std::string kFolder = std::string(kSharedVolumes).substr(1);
const std::string kVolume = kSharedVolume.substr(1);  // As layers name it.

/// The right image, with layers on top of it.
struct Fixture {
  Fixture() = default;
  explicit Fixture(const TarBuilder& layer) { add(layer); }

  Fixture& add(const TarBuilder& layer) {
    image.layers.push_back(test::TestLayer{layer.build()});
    return *this;
  }
  Fixture& user(const std::string& value) {
    image.config["config"]["User"] = value;
    return *this;
  }
  /// The right image's files in one layer, without those whose names start so.
  Fixture& without(std::string_view prefix) {
    auto files = test::good_root_files();
    std::erase_if(files, [&](const test::ArchiveMember& file) { return file.name.starts_with(prefix); });
    image.layers[0] = test::TestLayer{test::tar_of(files)};
    return *this;
  }
  TargetReport report(std::optional<ProfileName> profile = ProfileName::flags) const {
    test::LayerBlobs source(test::build(image));
    LintOptions options;
    options.profile = profile;
    options.layers = {std::nullopt, 1};
    return lint_image(source, "memory:fixture", options);
  }

  test::TestImage image = test::good_image();
};

/// Ids of what is found, worst first: "SDC603 SDC612?", "?" for a warning. Information is left out.
std::string found(const TargetReport& report) {
  std::string ids;
  for (const ReportedFinding& finding : report.findings) {
    if (finding.severity == Severity::info) continue;
    ids += (ids.empty() ? "" : " ") + std::string(finding.rule->id);
    if (finding.severity == Severity::warning) ids += '?';
  }
  if (report.error) ids += " error: " + std::string(report.error->message());
  if (report.unknown_count() > 0) ids += " and unknown";
  return ids;
}

std::string message_of(const TargetReport& report, std::string_view id) {
  for (const ReportedFinding& finding : report.findings) {
    if (finding.rule->id == id) return finding.finding.message;
  }
  return "";
}

TarBuilder volume_below(const std::string& root, std::uint64_t uid = 5001) {
  TarBuilder layer;
  const std::string folder = root + "/palantir/sidecars/shared-volumes/";
  return layer.directory(root + "/palantir/")
      .directory(root + "/palantir/sidecars/")
      .directory(folder)
      .directory(folder + "shared/", 0755, uid, uid);
}

}  // namespace

TEST_CASE("the right image has no finding") {
  CHECK(found(Fixture().report()).empty());
  CHECK(found(Fixture().report(std::nullopt)).empty());
}

TEST_CASE("a removed volume is missing, and the layer is named") {
  struct Case {
    std::string removes;
    TarBuilder layer;
  };
  const auto row = GENERATE(values<Case>({
      {"it", TarBuilder().whiteout(kVolume)},
      {"it", TarBuilder().opaque(kFolder)},
      {"/opt/palantir", TarBuilder().whiteout("opt/palantir")},
      {"/opt/palantir", TarBuilder().opaque("opt")},
      {"/opt", TarBuilder().whiteout("opt")},
  }));
  const TargetReport report = Fixture(row.layer).report();
  CHECK(found(report) == "SDC601");
  CHECK(message_of(report, "SDC601") == kSharedVolume + " is missing; layer 1 removes " + row.removes);
}

TEST_CASE("a volume that no layer creates is missing") {
  const TargetReport report = Fixture().without(kVolume).report();
  CHECK(found(report) == "SDC601");
  CHECK(message_of(report, "SDC601") == kSharedVolume + " is missing; no layer creates it");
}

TEST_CASE("a volume that is removed and made again in one layer is there, with what was in it") {
  CHECK(found(Fixture(TarBuilder().whiteout(kVolume).directory(kVolume, 0755, 5001, 5001)).report()).empty());
  Fixture with_flag(TarBuilder().file(kVolume + "/start_flag"));
  with_flag.add(TarBuilder().whiteout(kVolume).directory(kVolume, 0755, 5001, 5001));
  CHECK(found(with_flag.report()) == "SDC608");
}

TEST_CASE("a whiteout behind its own entry is the layer's fault, not the volume's") {
  const TargetReport report = Fixture(TarBuilder().directory(kVolume, 0755, 5001, 5001).whiteout(kVolume)).report();
  CHECK(message_of(report, "SDC601").empty());
  CHECK_FALSE(message_of(report, "SDC009").empty());
}

TEST_CASE("a parent that became a file makes the volume missing") {
  const TargetReport report = Fixture(TarBuilder().file("opt/palantir", "x")).report();
  CHECK(found(report) == "SDC601");
  CHECK(message_of(report, "SDC601") == kSharedVolume + " is missing; /opt/palantir is not a folder");
}

TEST_CASE("a link in place of /opt, above and below the volume's layer") {
  SECTION("above, to nothing") {
    CHECK(found(Fixture(TarBuilder().symlink("opt", "/data/opt")).report()) == "SDC601");
  }
  SECTION("above, to a volume") {
    Fixture fixture(volume_below("data/opt"));
    fixture.add(TarBuilder().symlink("opt", "/data/opt"));
    CHECK(found(fixture.report()) == "SDC606?");
  }
  SECTION("below: the later layer makes a folder of it") {
    Fixture fixture;
    fixture.without("opt/").add(TarBuilder().directory("data/opt").symlink("opt", "/data/opt"));
    CHECK(found(fixture.add(TarBuilder().directory("opt")).add(volume_below("opt")).report()).empty());
  }
}

TEST_CASE("the last entry of the folder gives its owner") {
  CHECK(found(Fixture(TarBuilder().directory(kVolume, 0755)).report()) == "SDC603");
  CHECK(found(Fixture(TarBuilder().directory(kVolume).directory(kVolume, 0755, 5001, 5001)).report()).empty());
  CHECK(found(Fixture(TarBuilder().directory(kVolume, 0755, 5001, 5001).directory(kVolume)).report()) == "SDC603");
}

TEST_CASE("a closed parent is the one finding, whatever the folder is like") {
  const auto uid = GENERATE(as<std::uint64_t>(), 5001, 0);
  const TargetReport report =
      Fixture(TarBuilder().directory("opt/palantir", 0700).directory(kVolume, 0755, uid, uid)).report();
  CHECK(found(report) == "SDC605");
  CHECK_THAT(message_of(report, "SDC605"), Catch::StartsWith("user 5001 cannot enter /opt/palantir,"));
}

TEST_CASE("a setgid folder of root is judged by the group that the user gets") {
  Fixture fixture(TarBuilder().directory(kVolume, 02775, 0, 5001));
  CHECK(found(fixture.user("5001:5001").report()) == "SDC604?");
  CHECK(found(fixture.user("5001").report()) == "SDC604?");  // The group of /etc/passwd.
  fixture.add(TarBuilder().file("etc/passwd", "root:x:0:0::/root:/bin/sh\n"));
  CHECK(found(fixture.user("5001").report()) == "SDC603");  // Without an entry: group 0.
}

TEST_CASE("a folder that is writable by an ACL alone") {
  const std::string acl = test::acl_for_user(5001, 7);
  TarBuilder layer;
  layer.add({.name = kVolume + "/", .type = '5', .mode = 0775, .pax = {{"SCHILY.xattr.system.posix_acl_access", acl}}});
  CHECK(found(Fixture(layer).report()) == "SDC604?");
  CHECK(found(Fixture(layer).user("1234:1234").report()) == "SDC603");
}

TEST_CASE("a folder of a third user") {
  CHECK(found(Fixture(TarBuilder().directory(kVolume, 0777, 1000, 1000)).report()) == "SDC611?");
  CHECK(found(Fixture(TarBuilder().directory(kVolume, 0755, 1000, 1000)).report()) == "SDC603");
}

TEST_CASE("uids that only a PAX header holds are compared in full") {
  Fixture fixture(TarBuilder().directory(kVolume, 0755, 2147483647, 2147483647));
  CHECK(found(fixture.user("2147483647").report()).empty());
  CHECK(found(fixture.user("5001").report()) == "SDC603");
}

TEST_CASE("what is no folder") {
  CHECK(found(Fixture(TarBuilder().file(kVolume, "x")).report()) == "SDC602");
  CHECK(found(Fixture(TarBuilder().add({.name = kVolume, .type = '3'})).report()) == "SDC602");
  CHECK(found(Fixture(TarBuilder().symlink(kVolume, "/data")).report()) == "SDC602");
  CHECK(found(Fixture(TarBuilder().symlink(kVolume, "shared")).report()) == "SDC602");
  CHECK(found(Fixture(TarBuilder().symlink(kVolume, "/home/app")).report()) == "SDC602?");
}

TEST_CASE("a folder that only a file below it implies") {
  Fixture fixture(TarBuilder().file(kVolume + "/in/README"));
  CHECK(found(fixture.without(kVolume).report()) == "SDC603 SDC608? SDC612?");
}

TEST_CASE("flags in the image, and flags that a later layer removed") {
  Fixture fixture(TarBuilder().file(kVolume + "/start_flag").file(kVolume + "/done_flag"));
  CHECK(found(fixture.report()) == "SDC608 SDC608");
  fixture.add(TarBuilder().whiteout(kVolume + "/start_flag").whiteout(kVolume + "/done_flag"));
  CHECK(found(fixture.report()).empty());
}

TEST_CASE("a VOLUME on, above and below the folder") {
  const auto declared = GENERATE(values<std::string>({kSharedVolume, "/opt", kSharedVolume + "/in"}));
  Fixture fixture;
  fixture.image.config["config"]["Volumes"] = {{declared, OrderedJson::object()}};
  CHECK(found(fixture.report()) == "SDC607?");
}

TEST_CASE("a user that cannot run is the one finding, though nothing would be writable either") {
  struct Case {
    std::string user, rules;
  };
  const auto row = GENERATE(values<Case>({
      {"", "SDC101"},
      {"0", "SDC102"},
      {"root", "SDC102"},
      {":5001", "SDC102"},
      {"-0:5001", "SDC102"},
      {"nosuch", "SDC103"},
      {"nosuch:nosuch", "SDC103"},
      {"4294967296", "SDC104"},
      {"-1", "SDC104"},
      {"5001 ", "SDC104"},
      {"5001:nosuch", "SDC105"},
      {"5001:5001:5001", "SDC105"},
  }));
  INFO("USER '" << row.user << "'");
  Fixture fixture(TarBuilder().directory(kVolume, 0755).directory("home/app", 0700));
  CHECK(found(fixture.user(row.user).report()) == row.rules);
}

TEST_CASE("a damaged layer leaves the volume unknown, never good") {
  Fixture fixture(TarBuilder().directory(kVolume, 0755, 5001, 5001));
  test::BuiltImage built = test::build(fixture.image);
  test::LayerBlobs source(built);
  std::string& blob = source.blobs.at(built.layers[1].descriptor.digest);
  blob.resize(blob.size() / 2);
  LintOptions options;
  options.profile = ProfileName::flags;
  const TargetReport report = lint_image(source, "memory:fixture", options);
  CHECK(lint_exit_code({report}, Severity::error) != 0);
  for (const RuleVerdict& verdict : report.verdicts) {
    if (verdict.rule->id == "SDC603") CHECK(verdict.kind == RuleVerdict::Kind::unknown);
  }
}

TEST_CASE("the documentation's flag sample is clean") {
  // FROM fedora:38; ADD entrypoint.py; mkdir -p and chown 5001 without a group; ENV SHARED_DIR; USER 5001; shell form.
  Fixture fixture;
  const std::string script =
      "#!/usr/bin/env python3\nimport os\nd = os.environ['SHARED_DIR']\n"
      "# start_flag done_flag close_flag\n";
  fixture.without("opt/").add(
      TarBuilder()
          .file("usr/bin/env", test::elf_file(), 0755)
          .file("usr/bin/python3", test::elf_file(), 0755)
          .file("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\n")
          .file("usr/bin/sudo", test::elf_file(), 04111));
  fixture.add(TarBuilder().file("usr/bin/entrypoint", script, 0755));
  fixture.add(TarBuilder()
                  .directory("opt")
                  .directory("opt/palantir")
                  .directory("opt/palantir/sidecars")
                  .directory(kFolder)
                  .directory(kVolume));
  fixture.add(TarBuilder().directory(kVolume, 0755, 5001, 0));
  OrderedJson& config = fixture.image.config["config"];
  config = {
      {"User", "5001"},
      {"Env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SHARED_DIR=" + kSharedVolume}},
      {"Entrypoint", {"/bin/sh", "-c", "entrypoint"}}};
  const TargetReport report = fixture.report(std::nullopt);
  CHECK(found(report).empty());
  CHECK(report.profile.name == ProfileName::flags);
}

TEST_CASE("the documentation's server sample is clean") {
  // FROM python:3.8-slim; no ENTRYPOINT; EXPOSE 1234; USER 1234 behind CMD; no shared volume.
  Fixture fixture;
  fixture.without("opt/").add(TarBuilder()
                                  .file("usr/local/bin/python", test::elf_file(), 0755)
                                  .directory("usr/src/app")
                                  .file("usr/src/app/app.py", "print()\n"));
  fixture.image.config["config"] = {{"User", "1234"},
                                    {"Env", {"PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"}},
                                    {"Cmd", {"python", "app.py"}},
                                    {"WorkingDir", "/usr/src/app"},
                                    {"ExposedPorts", {{"1234/tcp", OrderedJson::object()}}}};
  const TargetReport report = fixture.report(std::nullopt);
  CHECK(found(report).empty());
  CHECK(report.profile.name == ProfileName::server);
}

}  // namespace sidecarctl::lint
