// SPDX-License-Identifier: Apache-2.0
// The final tree. What containerd 1.6 with overlayfs makes of these layers was looked at by hand for the cases that say
// so.
#include "image/layered_files.hpp"

#include "support/catch.hpp"
#include "support/memory_image.hpp"
#include "support/tar_builder.hpp"

namespace sidecarctl {
namespace {

using test::MemoryImage;
using test::TarBuilder;
using Names = std::vector<std::string>;

const std::string kVolume = "/opt/palantir/sidecars/shared-volumes/shared";
constexpr LayeredFilesOptions kOneThread{std::nullopt, 1};

/// An image and its files; base layer first.
struct Tree {
  explicit Tree(const std::vector<TarBuilder>& layers)
      : image(tars_of(layers)), files(open_layered_files(image.image, kOneThread)) {}
  static std::vector<std::string> tars_of(const std::vector<TarBuilder>& layers) {
    std::vector<std::string> tars;
    for (const TarBuilder& layer : layers) tars.push_back(layer.build());
    return tars;
  }
  std::optional<FileNode> find(std::string_view path) const { return files->find(path); }
  FileNode at(std::string_view path) const {
    auto node = files->find(path);
    if (!node) throw std::runtime_error("nothing at " + std::string(path));
    return *node;
  }
  std::vector<TarAnomaly::Kind> anomalies() const {
    std::vector<TarAnomaly::Kind> kinds;
    for (const LayerFacts& layer : files->layers_read()) {
      for (const TarAnomaly& anomaly : layer.anomalies) kinds.push_back(anomaly.kind);
    }
    return kinds;
  }

  MemoryImage image;
  std::unique_ptr<ImageFiles> files;
};

using Kinds = std::vector<TarAnomaly::Kind>;
using Kind = TarAnomaly::Kind;

TarBuilder with_volume() {
  TarBuilder layer;
  layer.directory("opt/").directory("opt/palantir/").directory("opt/palantir/sidecars/");
  layer.directory("opt/palantir/sidecars/shared-volumes/").directory(kVolume.substr(1), 0755, 5001, 5001);
  return layer;
}

}  // namespace

TEST_CASE("attributes are those of the tar headers") {
  const std::string acl = test::acl_for_user(5001, 7);
  const Tree tree({TarBuilder()
                       .directory("a", 02775, 7, 5001)
                       .file("a/run", "#!/bin/sh\n", 04755, 1, 4294967294)
                       .symlink("a/link", "../x")
                       .add({.name = "dev", .type = '3', .mode = 0600})
                       .add({.name = "acl", .pax = {{"SCHILY.xattr.system.posix_acl_access", acl}}})
                       .add({.name = "cap", .pax = {{"SCHILY.xattr.security.capability", "x"}}})});
  CHECK(tree.at("/a").mode == 02775);
  CHECK(tree.at("/a").uid == 7);
  CHECK(tree.at("/a").gid == 5001);
  CHECK(tree.at("/a").layer == 0);
  CHECK_FALSE(tree.at("/a").implied);
  CHECK(tree.at("/a/run").is_file());
  CHECK(tree.at("/a/run").mode == 04755);
  CHECK(tree.at("/a/run").gid == 4294967294);
  CHECK(tree.at("/a/run").size == 10);
  CHECK(tree.at("/a/link").link_target == "../x");
  CHECK(tree.at("/a/link").is_symlink());
  CHECK(tree.at("/dev").type == FileType::character_device);
  CHECK(tree.at("/acl").access_acl == acl);
  CHECK(tree.at("/cap").has_capability);
  CHECK_FALSE(tree.find("/nothing"));
  CHECK_FALSE(tree.find("/a/run/below"));
  CHECK_FALSE(tree.find("/a/link/below"));  // Links are not followed here.
  CHECK(tree.at("/").is_directory());
  CHECK(tree.anomalies().empty());
}

TEST_CASE("names are cleaned, whatever way they are written") {
  const Tree tree({TarBuilder()
                       .add({.name = "./", .type = '5', .mode = 0700, .uid = 9})
                       .file("./a", "1")
                       .file("/b", "2")
                       .directory("c//d/")
                       .file("c/./e", "3")});
  CHECK(tree.files->list("/") == Names{"a", "b", "c"});
  CHECK(tree.files->list("/c") == Names{"d", "e"});
  CHECK(tree.at("/").uid == 0);  // containerd ignores the entry of the root: it is the snapshot's.
  CHECK(tree.anomalies().empty());
}

TEST_CASE("a name with '..' stays inside the root, and is told") {
  const Tree tree({TarBuilder().file("../../etc/evil", "x").directory("a").file("a/../b", "y").file("..", "")});
  CHECK(tree.at("/etc/evil").is_file());
  CHECK(tree.at("/b").is_file());
  CHECK(tree.anomalies() == Kinds{Kind::escapes_root, Kind::escapes_root, Kind::escapes_root});
}

TEST_CASE("the volume is removed by a whiteout of itself or of a parent, or by an opaque parent") {
  struct Case {
    TarBuilder upper;
    std::string what;
  };
  const std::string parent = "opt/palantir/sidecars/shared-volumes";
  const std::vector<Case> cases{
      {TarBuilder().whiteout(parent + "/shared"), "its own whiteout"},
      {TarBuilder().whiteout("opt/palantir"), "a parent's whiteout"},
      {TarBuilder().opaque("opt/palantir/sidecars"), "an opaque parent"},
      {TarBuilder().directory("opt").file("opt/palantir", "x"), "a file in place of a parent"},
      {TarBuilder().symlink("opt", "data/opt"), "a link in place of a parent"}};
  for (const Case& row : cases) {
    CAPTURE(row.what);
    const Tree tree({with_volume(), row.upper, TarBuilder().file("last", "")});
    CHECK_FALSE(tree.find(kVolume));
    CHECK(tree.files->removed_in(kVolume) == 1);
    CHECK(tree.anomalies().empty());
    CHECK_FALSE(tree.files->removed_in("/opt/never-there"));
    CHECK_FALSE(tree.files->removed_in("/last"));
  }
}

TEST_CASE("what was removed twice was removed in the last layer that hid it") {
  const Tree tree({TarBuilder().file("a/f"), TarBuilder().whiteout("a"), TarBuilder().file("a/f"),
                   TarBuilder().opaque("a"), TarBuilder().whiteout("a")});
  CHECK_FALSE(tree.find("/a/f"));
  CHECK(tree.files->removed_in("/a/f") == 3);  // The top one hides an empty folder.
}

TEST_CASE("a flag baked in and removed later is gone, its folder stays") {
  const Tree tree({with_volume().file(kVolume.substr(1) + "/start_flag"),
                   TarBuilder().whiteout(kVolume.substr(1) + "/start_flag")});
  CHECK_FALSE(tree.find(kVolume + "/start_flag"));
  CHECK(tree.at(kVolume).uid == 5001);
  CHECK(tree.files->list(kVolume).empty());
  CHECK(tree.files->removed_in(kVolume + "/start_flag") == 1);
}

// Seen with ctr: the folder is new (owner 7), and start_flag of the base layer is in it: there is no opaque marker.
TEST_CASE("a whiteout, then the folder again in the same layer: the children of lower layers come back") {
  const std::string folder = kVolume.substr(1);
  const Tree tree({with_volume().file(folder + "/start_flag"),
                   TarBuilder().whiteout(folder).directory(folder, 0700, 7, 7).file(folder + "/new")});
  CHECK(tree.at(kVolume).uid == 7);
  CHECK(tree.at(kVolume).layer == 1);
  CHECK(tree.files->list(kVolume) == Names{"new", "start_flag"});
  CHECK(tree.anomalies().empty());
}

// containerd, docker and podman refuse the layer: mknod(2) of the whiteout says "file exists".
TEST_CASE("an entry and then its whiteout in one layer is refused by runtimes, and told") {
  const std::string folder = kVolume.substr(1);
  const Tree tree(
      {with_volume().file(folder + "/start_flag"), TarBuilder().directory(folder, 0700, 7, 7).whiteout(folder)});
  CHECK(tree.at(kVolume).uid == 7);
  CHECK(tree.anomalies() == Kinds{Kind::whiteout_after_entry});
}

// Seen with ctr: the base layer is unpacked into a plain folder, where a whiteout is a removal.
TEST_CASE("in the base layer an entry's later whiteout removes it") {
  const Tree tree({TarBuilder().file("a/x").file("b").whiteout("a").whiteout("never-there")});
  CHECK_FALSE(tree.find("/a/x"));
  CHECK(tree.files->list("/") == Names{"b"});
  CHECK(tree.anomalies() == Kinds{Kind::whiteout_after_entry});
}

// Seen with ctr, the marker last.
TEST_CASE("an opaque folder hides all lower children wherever its marker stands") {
  for (const bool marker_first : {true, false}) {
    TarBuilder upper;
    if (marker_first) upper.opaque("a");
    upper.directory("a", 0711, 3).file("a/new").file("a/sub/deep");
    if (!marker_first) upper.opaque("a");
    const Tree tree({TarBuilder().file("a/old").file("a/sub/old"), upper});
    CHECK(tree.files->list("/a") == Names{"new", "sub"});
    CHECK(tree.files->list("/a/sub") == Names{"deep"});
    CHECK(tree.at("/a").mode == 0711);
    CHECK_FALSE(tree.find("/a/old"));
    CHECK(tree.anomalies().empty());
  }
  const Tree root({TarBuilder().file("old"), TarBuilder().file("new").opaque("")});
  CHECK(root.files->list("/") == Names{"new"});
}

TEST_CASE("a whiteout hits lower layers only") {
  const Tree tree({TarBuilder().file("a/x"), TarBuilder().whiteout("a/x"), TarBuilder().file("a/x", "again")});
  CHECK(tree.at("/a/x").layer == 2);
  CHECK_FALSE(tree.files->removed_in("/a/x"));
}

TEST_CASE("directories merge, anything else replaces") {
  const Tree tree(
      {TarBuilder().directory("a", 0700, 1).file("a/low").file("f", "file").directory("d").file("d/x"),
       TarBuilder().directory("a", 0755, 2).file("a/high").directory("f").file("f/in").file("d", "now a file")});
  CHECK(tree.files->list("/a") == Names{"high", "low"});
  CHECK(tree.at("/a").uid == 2);
  CHECK(tree.at("/a/low").layer == 0);
  CHECK(tree.at("/f").is_directory());
  CHECK(tree.files->list("/f") == Names{"in"});
  CHECK(tree.at("/d").is_file());
  CHECK_FALSE(tree.find("/d/x"));
  CHECK(tree.files->removed_in("/d/x") == 1);
  CHECK(tree.files->list("/d").empty());
}

// Seen with ctr.
TEST_CASE("a folder over a lower file over a lower folder keeps the lowest hidden") {
  const Tree tree(
      {TarBuilder().file("a/low"), TarBuilder().file("a", "file"), TarBuilder().directory("a").file("a/new")});
  CHECK(tree.files->list("/a") == Names{"new"});
  CHECK_FALSE(tree.find("/a/low"));
}

// Seen with ctr; docker and podman do the same, umoci follows the link. Each layer is unpacked on its own, so it does
// not see the link.
TEST_CASE("an upper layer's opt/... over a lower layer's link at /opt makes a real folder") {
  const Tree tree(
      {TarBuilder().directory("data").directory("data/opt").file("data/opt/old").symlink("opt", "/data/opt"),
       with_volume()});
  CHECK(tree.at("/opt").is_directory());
  CHECK(tree.at(kVolume).uid == 5001);
  CHECK(tree.files->list("/opt") == Names{"palantir"});
  CHECK_FALSE(tree.find("/data/opt/palantir"));
}

// Seen with ctr.
TEST_CASE("within one layer a link on the way is followed, inside the root") {
  const Tree tree({TarBuilder()
                       .directory("data")
                       .symlink("opt", "../../data/./opt")
                       .file("opt/palantir/run", "x")
                       .symlink("abs", "/data")
                       .file("abs/file", "y")
                       .symlink("loop", "loop")});
  CHECK(tree.at("/opt").is_symlink());
  CHECK(tree.at("/data/opt/palantir/run").is_file());
  CHECK(tree.at("/data/opt").implied);
  CHECK(tree.at("/data/file").is_file());
  CHECK(tree.anomalies().empty());
}

// Seen with ctr: "mkparent ...: not a dir".
TEST_CASE("an entry below a file, a whiteout or a link loop is refused by runtimes, and told") {
  const Tree tree({TarBuilder().file("f").file("f/x").symlink("loop", "loop").file("loop/x"),
                   TarBuilder().whiteout("w").file("w/x")});
  CHECK_FALSE(tree.find("/f/x"));
  CHECK_FALSE(tree.find("/w/x"));
  CHECK(tree.anomalies() == Kinds{Kind::other, Kind::other, Kind::other});
}

// Seen with ctr; `docker load` and `podman load` refuse it.
TEST_CASE("a path twice in a layer: the last one counts, and it is told") {
  const Tree tree(
      {TarBuilder().directory("d", 0700, 1).file("d/x").directory("d", 0755, 5001).file("f", "1").file("f", "22")});
  CHECK(tree.at("/d").uid == 5001);
  CHECK(tree.at("/d/x").is_file());
  CHECK(tree.at("/f").size == 2);
  CHECK(tree.files->read_head("/f", 10) == "22");
  CHECK(tree.files->list("/") == Names{"d", "f"});
  CHECK(tree.anomalies() == Kinds{Kind::duplicate, Kind::duplicate});
}

TEST_CASE("a folder replaced by a file within a layer takes its children along") {
  const Tree tree({TarBuilder().file("a/x").file("a", "file").file("b", "file")});
  CHECK(tree.at("/a").is_file());
  CHECK_FALSE(tree.find("/a/x"));
}

// Seen with ctr.
TEST_CASE("hard links share the file, and the later header's mode and owner land on it") {
  const Tree tree({TarBuilder()
                       .file("bin/run", "#!/bin/sh\n", 0755, 0, 0)
                       .hardlink("bin/again", "bin/run", 0700, 5001, 5002)
                       .hardlink("third", "./bin/again", 0700, 5001, 5002)});
  for (const char* path : {"/bin/run", "/bin/again", "/third"}) {
    CAPTURE(path);
    CHECK(tree.at(path).mode == 0700);
    CHECK(tree.at(path).uid == 5001);
    CHECK(tree.at(path).gid == 5002);
    CHECK(tree.at(path).size == 10);
    CHECK(tree.files->read_head(path, 100) == "#!/bin/sh\n");
  }
  CHECK(tree.anomalies().empty());
}

TEST_CASE("a hard link outlives the name it was made from") {
  const Tree tree({TarBuilder().file("a", "first").hardlink("b", "a").file("a", "second"), TarBuilder().whiteout("a")});
  CHECK(tree.files->read_head("/b", 10) == "first");
  CHECK_FALSE(tree.find("/a"));
}

// containerd, docker and podman refuse the layer; the answer is what umoci, or a runtime that looked below, would give.
TEST_CASE("a hard link to a file of a lower layer is told, and shown as if it worked") {
  const Tree tree({TarBuilder().file("run", "text", 0755), TarBuilder().hardlink("entrypoint", "run", 0711, 7, 8),
                   TarBuilder().hardlink("lost", "nowhere")});
  CHECK(tree.at("/entrypoint").mode == 0711);
  CHECK(tree.at("/entrypoint").uid == 7);
  CHECK(tree.at("/entrypoint").size == 4);
  CHECK(tree.at("/entrypoint").layer == 1);
  CHECK(tree.files->read_head("/entrypoint", 10) == "text");
  CHECK(tree.at("/run").mode == 0755);
  CHECK_FALSE(tree.find("/lost"));
  CHECK(tree.anomalies() == Kinds{Kind::hardlink_to_lower_layer, Kind::hardlink_to_lower_layer});
}

TEST_CASE("hard links that cannot be are told") {
  const Tree tree({TarBuilder()
                       .directory("d")
                       .hardlink("to-directory", "d")
                       .file("f", "x")
                       .hardlink("f", "f")
                       .hardlink("up", "../../f")});
  CHECK(tree.files->read_head("/f", 10) == "x");
  CHECK(tree.anomalies() == Kinds{Kind::other, Kind::other, Kind::absolute_link_escape});
}

TEST_CASE("whiteouts of nothing are told") {
  const Tree tree({TarBuilder().file("a/.wh.").file("a/.wh..").file("a/.wh...").whiteout("a/b").whiteout("a/b")});
  CHECK(tree.files->list("/a").empty());
  CHECK(tree.anomalies() == Kinds{Kind::bad_whiteout, Kind::bad_whiteout, Kind::bad_whiteout, Kind::duplicate});
}

// docker ignores the folder, containerd shows it; in both the link is a file of its owner.
TEST_CASE("the entries of AUFS are ignored, but hard links into its folder work") {
  const Tree tree({TarBuilder()
                       .file(".wh..wh.aufs")
                       .directory(".wh..wh.plnk")
                       .file(".wh..wh.plnk/12.34", "linked", 0640, 5, 6)
                       .directory(".wh..wh.orph")
                       .hardlink("app", ".wh..wh.plnk/12.34", 0640, 5, 6)});
  CHECK(tree.files->list("/") == Names{"app"});
  CHECK_FALSE(tree.find("/.wh..wh.plnk"));
  CHECK(tree.files->read_head("/app", 10) == "linked");
  CHECK(tree.at("/app").uid == 5);
  CHECK(tree.anomalies().empty());
}

// All seen with ctr; docker and podman make implied parents root's, 0755.
TEST_CASE("implied parents are root's, or have the attributes of the layer below that has one") {
  const Tree fresh({TarBuilder().file("a/b/c")});
  CHECK(fresh.at("/a/b").implied);
  CHECK(fresh.at("/a/b").mode == 0755);
  CHECK(fresh.at("/a/b").uid == 0);
  CHECK(fresh.at("/a/b").layer == 0);

  const Tree copied({TarBuilder().directory("a", 0750, 5001, 5002), TarBuilder().file("x"), TarBuilder().file("a/one"),
                     TarBuilder().file("a/two")});
  CHECK(copied.at("/a").mode == 0750);
  CHECK(copied.at("/a").uid == 5001);
  CHECK(copied.at("/a").layer == 0);
  CHECK_FALSE(copied.at("/a").implied);

  const Tree replaced(
      {TarBuilder().directory("a", 0750, 5001), TarBuilder().whiteout("a"), TarBuilder().file("a/one")});
  CHECK(replaced.at("/a").mode == 0755);
  CHECK(replaced.at("/a").uid == 0);
  CHECK(replaced.at("/a").implied);
  CHECK(replaced.at("/a").layer == 2);

  const Tree linked({TarBuilder().directory("data", 0700, 7).symlink("a", "data"), TarBuilder().file("a/one")});
  CHECK(linked.at("/a").is_directory());
  CHECK(linked.at("/a").mode == 0700);  // containerd looks through the lower layer's link for what to copy.
  CHECK(linked.at("/a").uid == 7);

  const Tree opaque(
      {TarBuilder().directory("a/b", 0700, 9), TarBuilder().directory("a").opaque("a"), TarBuilder().file("a/b/c")});
  CHECK(opaque.at("/a/b").mode == 0700);  // From below the opaque folder: containerd looks at each layer on its own.
  CHECK(opaque.at("/a/b").uid == 9);
}

TEST_CASE("a file of 10 GB with holes is one small entry") {
  std::string body = "1\n0\n4\n";
  body.resize(512, '\0');
  body +=
      "\x7f"
      "ELF";
  const Tree tree({TarBuilder().add({.name = "GNUSparseFile.0/lastlog",
                                     .content = body,
                                     .pax = {{"GNU.sparse.major", "1"},
                                             {"GNU.sparse.minor", "0"},
                                             {"GNU.sparse.name", "var/lastlog"},
                                             {"GNU.sparse.realsize", "10000000000"}}})});
  CHECK(tree.at("/var/lastlog").size == 10'000'000'000);
  CHECK(tree.files->read_head("/var/lastlog", 6) == std::string("\x7f"
                                                                "ELF\0\0",
                                                                6));
}

TEST_CASE("names that are not UTF-8 are found and listed as they are") {
  const std::string name = "caf\xe9\xff";
  const Tree tree({TarBuilder().file("d/" + name, "x"), TarBuilder(TarBuilder::Dialect::gnu).file("d/\xc3\xa9")});
  CHECK(tree.find("/d/" + name));
  CHECK(tree.files->list("/d") == Names{name, "\xc3\xa9"});
}

TEST_CASE("a listing has an end") {
  TarBuilder layer;
  for (std::size_t i = 0; i <= ImageFiles::kMaxListing; ++i) layer.file("d/" + std::to_string(100'000 + i));
  const Tree tree({layer});
  const Names names = tree.files->list("/d");
  CHECK(names.size() == ImageFiles::kMaxListing);
  CHECK(names.front() == "100000");
  CHECK(names.back() == std::to_string(100'000 + ImageFiles::kMaxListing - 1));
}

TEST_CASE("an image without layers has a root and nothing in it") {
  const Tree tree(std::vector<TarBuilder>{});
  CHECK(tree.at("/").is_directory());
  CHECK_FALSE(tree.find("/etc"));
  CHECK(tree.files->list("/").empty());
  CHECK_FALSE(tree.files->removed_in("/etc"));
  CHECK(tree.files->layers_read().empty());
}

TEST_CASE("the first bytes of what is no file are refused") {
  const Tree tree({TarBuilder().directory("d").symlink("l", "d")});
  for (const char* path : {"/", "/d", "/l", "/nothing"}) {
    try {
      tree.files->read_head(path, 10);
      FAIL(path);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::not_found);
    }
  }
}

}  // namespace sidecarctl
