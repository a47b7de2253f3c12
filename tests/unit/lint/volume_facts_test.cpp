// SPDX-License-Identifier: Apache-2.0
#include "lint/volume_facts.hpp"

#include "lint/volume_check.hpp"
#include "support/catch.hpp"
#include "support/fake_files.hpp"
#include "support/subject_builder.hpp"

namespace sidecarctl::lint {
namespace {

using State = VolumeFacts::State;
using test::kSharedVolume;
const std::string kFolder(kSharedVolumes);

VolumeFacts facts_of(test::FakeFiles& files, const std::string& user = "5001:5001") {
  return find_volume_facts(files, "shared", find_user_facts(files, user));
}

}  // namespace

TEST_CASE("a volume has one state, in the order missing, no folder, no user, blocked, not writable") {
  test::FakeFiles files;
  CHECK(facts_of(files).state == State::missing);
  files.file(kSharedVolume, "x");
  CHECK(facts_of(files).state == State::not_directory);
  files.directory(kSharedVolume);
  files.node("/opt").mode = 0700;
  CHECK(facts_of(files, "0").state == State::undecided_user);
  CHECK(facts_of(files, "nosuch").state == State::undecided_user);
  CHECK(facts_of(files).state == State::parent_blocks);
  CHECK(facts_of(files).blocked_by == "/opt");
  files.node("/opt").mode = 0755;
  CHECK(facts_of(files).state == State::not_writable);
  files.node(kSharedVolume).uid = 5001;
  CHECK(facts_of(files).state == State::usable);
  CHECK(facts_of(files).grant == VolumeFacts::Grant::owner);
}

TEST_CASE("links on the way are told apart from a link in place of the folder") {
  test::FakeFiles files;
  files.link("/opt", "/data").link("/data/palantir/sidecars/shared-volumes/shared", "/vol").directory("/vol", 0777);
  const VolumeFacts facts = facts_of(files);
  CHECK(facts.is_link);
  CHECK(facts.parent_links == std::vector<std::string>{"/opt -> /data"});
  CHECK(facts.resolved.path == "/vol");
  CHECK(facts.grant == VolumeFacts::Grant::other);
}

TEST_CASE("the removal of a parent is seen before that of the folder") {
  test::FakeFiles files;
  files.directory("/opt").removed("/opt/palantir", 2).removed(kSharedVolume, 1);
  const VolumeFacts facts = facts_of(files);
  CHECK(facts.removed_in == 2);
  CHECK(facts.removed_path == "/opt/palantir");
}

TEST_CASE("volume names are found in text") {
  using Names = std::vector<std::string>;
  CHECK(volume_names_in("SHARED_DIR=" + kSharedVolume) == Names{"shared"});
  CHECK(volume_names_in("a " + kSharedVolume + "/in b " + kFolder + "/other;" + kSharedVolume + "\n") ==
        Names{"shared", "other"});
  CHECK(volume_names_in(kFolder + "/$NAME " + kFolder + "/v-${X} " + kFolder + "/.. " + kFolder + "/").empty());
  CHECK(volume_names_in("/opt/palantir/sidecars").empty());
  CHECK(volume_names_in("").empty());
}

TEST_CASE("no more than 32 volume names are taken from one text") {
  std::string text;
  for (int i = 0; i < 32; ++i) text += kFolder + "/v" + std::to_string(i) + " ";
  CHECK(volume_names_in(text).size() == 32);
  CHECK(volume_names_in(text + kFolder + "/one-more").size() == 32);
}

TEST_CASE("a rule about volumes decides when one volume could be asked, and says why when none could") {
  const VolumeCheck check = [](const Subject&, const VolumeFacts& volume, std::vector<Finding>&) {
    return volume.state == State::missing ? "missing " + volume.name : std::string();
  };
  std::vector<Finding> findings;
  test::SubjectBuilder builder;
  builder.volumes = {"nowhere", "shared"};
  CHECK(check_volumes(builder.build(), findings, check).kind == Verdict::Kind::decided);
  builder.volumes = {"nowhere", "neither"};
  CHECK(check_volumes(builder.build(), findings, check).reason == "missing nowhere");
  builder.profile = Profile{ProfileName::server, "it exposes a port"};
  CHECK(check_volumes(builder.build(), findings, check).reason ==
        "no shared volume is asked for (profile server: it exposes a port)");
}

}  // namespace sidecarctl::lint
