// SPDX-License-Identifier: Apache-2.0
#include "transports/oci_layout.hpp"

#include "image/image.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/transport_fixture.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <thread>

namespace sidecarctl {

namespace {

using Catch::Matchers::Contains;
using test::good_image;
using test::LayoutBuilder;
using test::TestImage;

/// A layout in a folder "layout", opened by what stands after its path.
struct LayoutOnDisk {
  explicit LayoutOnDisk(const std::map<std::string, std::string>& files) { test::write_files(folder(), files); }
  explicit LayoutOnDisk(const LayoutBuilder& layout) : LayoutOnDisk(layout.files()) {}

  std::filesystem::path folder() const { return dir.path() / "layout"; }
  std::string name() const { return "oci:" + folder().string(); }
  std::unique_ptr<ImageSource> open(const std::string& selector = "") { return fixture.open(name() + selector); }
  Error error(const std::string& selector = "") {
    try {
      Image::open(open(selector), linux_amd64());
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorKind::policy, "no error");
  }

  test::TempDir dir;
  test::TransportFixture fixture;
};

/// As old kernels and some sandboxes answer.
bool deny_openat2() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TestImage named(std::vector<std::string> names, std::string user = "5001") {
  TestImage image = good_image();
  image.names = std::move(names);
  image.config["config"]["User"] = std::move(user);
  return image;
}

}  // namespace

TEST_CASE("a name without a reference is a tag, and no name is no tag") {
  LayoutOnDisk tagged(test::oci_layout({named({"v1"})}));
  CHECK(tagged.open()->info().tag == "v1");
  CHECK(tagged.open(":v1")->info().name == "v1");
  LayoutOnDisk unnamed(test::oci_layout({named({})}));
  CHECK_FALSE(unnamed.open()->info().name);
  CHECK_FALSE(unnamed.open()->info().tag);
}

TEST_CASE("entries with the same digest are one image with several names") {
  LayoutOnDisk layout(test::oci_layout({named({"app:1.0", "app:latest"})}));
  const auto source = layout.open();
  CHECK(source->info().name == "app:1.0");
  CHECK(source->info().other_names == std::vector<std::string>{"app:latest"});
  CHECK(layout.open(":latest")->info().other_names == std::vector<std::string>{"app:1.0"});
}

TEST_CASE("one of several images is chosen by name, tag or position") {
  LayoutOnDisk layout(test::oci_layout({named({"app:1"}, "1"), named({"app:2"}, "2"), named({}, "3")}));
  const auto user = [&](const std::string& selector) {
    return Image::open(layout.open(selector), linux_amd64()).config().user;
  };
  CHECK(user(":app:1") == "1");
  CHECK(user(":docker.io/library/app:2") == "2");
  CHECK(user(":2") == "2");
  CHECK(user(":@0") == "1");
  CHECK(user(":@2") == "3");
  CHECK(layout.error().kind() == ErrorKind::usage);
  CHECK(layout.error().context().at(2) == "@2  (no name)  linux/amd64");
  CHECK(layout.error(":app:3").kind() == ErrorKind::not_found);
  CHECK(layout.error(":@3").kind() == ErrorKind::not_found);
}

TEST_CASE("containerd's annotation is the name, its ref.name is another way to say it") {
  LayoutBuilder layout;
  layout.entry(layout.image(good_image()), "1.0", "docker.io/library/app:1.0");
  LayoutOnDisk disk(layout);
  CHECK(disk.open()->info().name == "app:1.0");
  CHECK(disk.open()->info().tag == "1.0");
  CHECK(disk.open()->info().other_names.empty());
  CHECK(disk.open(":1.0")->info().name == "app:1.0");
  CHECK(disk.open(":app:1.0")->info().name == "app:1.0");
}

TEST_CASE("an index of an image is the root, nested ones and attestations too") {
  LayoutBuilder layout;
  const Descriptor amd64 = layout.image(good_image());
  TestImage other = good_image();
  other.config["architecture"] = "arm64";
  const Descriptor arm64 = layout.image(other);
  const Descriptor inner = layout.index({arm64, amd64, layout.attestation(amd64)});
  layout.entry(layout.index({inner}), "app:1");
  LayoutOnDisk disk(layout);
  const Image image = Image::open(disk.open(), linux_amd64());
  CHECK(image.digest() == amd64.digest);
  CHECK(image.resolution().entries.size() == 3);
  CHECK(manifest_kind(image.resolution().root) == ManifestKind::index);
}

TEST_CASE("attestations beside an image in index.json are no images to choose from") {
  LayoutBuilder layout;
  const Descriptor image = layout.image(good_image());
  layout.entry(layout.attestation(image));
  layout.entry(image, "app:1");
  LayoutOnDisk disk(layout);
  CHECK(Image::open(disk.open(), linux_amd64()).digest() == image.digest);
}

TEST_CASE("an index.json that has one image for several platforms is that image") {
  LayoutBuilder layout;
  TestImage other = good_image();
  other.config["architecture"] = "arm64";
  const Descriptor arm64 = layout.image(other), amd64 = layout.image(good_image());
  SECTION("without names") {
    layout.entry(arm64);
    layout.entry(amd64);
    LayoutOnDisk disk(layout);
    CHECK(Image::open(disk.open(), linux_amd64()).digest() == amd64.digest);
    CHECK(disk.open()->read_manifest(std::nullopt).bytes == layout.files().at("index.json"));
  }
  SECTION("with the same name") {
    layout.entry(arm64, "app:1");
    layout.entry(amd64, "app:1");
    LayoutOnDisk disk(layout);
    CHECK(disk.open()->info().name == "app:1");
    CHECK(Image::open(disk.open(":app:1"), linux_amd64()).digest() == amd64.digest);
  }
  SECTION("with different names they are two") {
    layout.entry(arm64, "app:arm");
    layout.entry(amd64, "app:amd");
    CHECK(LayoutOnDisk(layout).error().kind() == ErrorKind::usage);
  }
}

TEST_CASE("two tags that share one name are ambiguous") {
  LayoutBuilder layout;
  layout.entry(layout.image(named({}, "1")), "app:1");
  layout.entry(layout.image(named({}, "2")), "app:1");
  LayoutOnDisk disk(layout);
  CHECK(disk.error(":app:1").kind() == ErrorKind::usage);
  CHECK(Image::open(disk.open(":@1"), linux_amd64()).config().user == "2");
}

TEST_CASE("Docker's media types in a layout are read") {
  TestImage image = good_image();
  image.docker_types = true;
  LayoutOnDisk disk(test::oci_layout({image}));
  const Image opened = Image::open(disk.open(), linux_amd64());
  CHECK(opened.manifest().media_type == media_type::docker_manifest);
  CHECK(opened.manifest().layers.at(0).media_type == media_type::docker_layer_gzip);
  CHECK(opened.config().user == "5001");
}

TEST_CASE("what is no layout, or not one that we know, is refused") {
  auto files = test::oci_layout({good_image()}).files();
  struct Case {
    std::string file, content, message;
  };
  const Case cases[] = {
      {"oci-layout", R"({"imageLayoutVersion":"2.0.0"})", "is an OCI layout of version '2.0.0', only 1.x is known"},
      {"oci-layout", R"({"imageLayoutVersion":1})", "/imageLayoutVersion is number, not a string"},
      {"oci-layout", "{}", "has no 'imageLayoutVersion'"},
      {"oci-layout", "nonsense", "is not valid JSON"},
      {"oci-layout", std::string(4097, ' '), "longer than the limit of 4096 bytes"},
      {"index.json", "[]", "is array, not an object"},
      {"index.json", R"({"manifests":[{"digest":"sha256:ab","size":1}]})", "is no digest"},
      {"index.json", R"({"manifests":[]})", "holds no image"},
      {"index.json", std::string(4 * 1024 * 1024 + 1, ' '), "longer than the limit of 4194304 bytes"},
  };
  for (const Case& c : cases) {
    INFO(c.file << ": " << c.content.substr(0, 60));
    auto changed = files;
    changed[c.file] = c.content;
    CHECK_THAT(std::string(LayoutOnDisk(changed).error().message()), Contains(c.message));
  }
  for (const char* name : {"oci-layout", "index.json"}) {
    auto changed = files;
    changed.erase(name);
    CHECK_THAT(std::string(LayoutOnDisk(changed).error().message()),
               Contains("is not an OCI layout: it has no " + std::string(name)));
  }
  test::TransportFixture fixture;
  CHECK_THROWS_AS(fixture.open("oci:/nowhere/at/all"), Error);
}

TEST_CASE("a layout of version 1.1 is read") {
  auto files = test::oci_layout({good_image()}).files();
  files["oci-layout"] = R"({"imageLayoutVersion":"1.1.0","more":1})";
  CHECK_NOTHROW(LayoutOnDisk(files).open());
}

TEST_CASE("index.json may be as long as its limit") {
  auto files = test::oci_layout({good_image()}).files();
  files["index.json"].resize(4 * 1024 * 1024, ' ');
  CHECK_NOTHROW(LayoutOnDisk(files).open());
}

TEST_CASE("manifest bytes that are not those of index.json are refused") {
  const TestImage image = good_image();
  const test::BuiltImage built = test::build(image);
  const std::string path = "blobs/sha256/" + built.descriptor.digest.hex();
  auto files = test::oci_layout({image}).files();
  SECTION("other bytes") {
    files[path][10] ^= 1;
    CHECK_THAT(std::string(LayoutOnDisk(files).error().message()), Contains("the digest of the manifest"));
  }
  SECTION("shorter") {
    files[path].pop_back();
    CHECK(LayoutOnDisk(files).error().kind() == ErrorKind::corrupt);
  }
  SECTION("longer") {
    files[path] += " ";
    CHECK(LayoutOnDisk(files).error().kind() == ErrorKind::corrupt);
  }
  SECTION("absent") {
    files.erase(path);
    CHECK(LayoutOnDisk(files).error().kind() == ErrorKind::not_found);
  }
  SECTION("a size beyond the limit") {
    LayoutBuilder layout;
    Descriptor descriptor = layout.image(image);
    descriptor.size = 4 * 1024 * 1024 + 1;
    layout.entry(descriptor);
    CHECK_THAT(std::string(LayoutOnDisk(layout).error().message()),
               Contains("has 4194305 bytes, the limit is 4194304"));
  }
}

TEST_CASE("no link leads out of a layout") {
  const TestImage image = good_image();
  const test::BuiltImage built = test::build(image);
  const std::string config = "blobs/sha256/" + built.config_descriptor.digest.hex();
  LayoutOnDisk disk(test::oci_layout({image}));
  const auto outside = disk.dir.path() / "outside";
  std::filesystem::create_directory(outside);
  const auto config_error = [&] {
    try {
      Image::open(disk.open(), linux_amd64()).config();
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorKind::policy, "no error");
  };
  SECTION("a blob is a link to a file outside") {
    std::filesystem::remove(disk.folder() / config);
    std::filesystem::create_symlink("/etc/passwd", disk.folder() / config);
    CHECK(config_error().kind() == ErrorKind::corrupt);
    CHECK_THAT(std::string(config_error().message()), Contains("leads out of the layout by a link"));
  }
  SECTION("by dots") {
    std::filesystem::rename(disk.folder() / config, outside / "config");
    std::filesystem::create_symlink("../../../outside/config", disk.folder() / config);
    CHECK(config_error().kind() == ErrorKind::corrupt);
  }
  SECTION("the folder of blobs is one") {
    std::filesystem::rename(disk.folder() / "blobs", outside / "blobs");
    std::filesystem::create_symlink(outside / "blobs", disk.folder() / "blobs");
    CHECK(config_error().kind() == ErrorKind::corrupt);
  }
  SECTION("index.json is one") {
    std::filesystem::rename(disk.folder() / "index.json", outside / "index.json");
    std::filesystem::create_symlink(outside / "index.json", disk.folder() / "index.json");
    CHECK(config_error().kind() == ErrorKind::corrupt);
  }
  SECTION("a link that stays inside is followed") {
    std::filesystem::rename(disk.folder() / config, disk.folder() / "elsewhere");
    std::filesystem::create_symlink("../../elsewhere", disk.folder() / config);
    CHECK(config_error().message() == "no error");
  }
  SECTION("a blob is a FIFO, a folder") {
    std::filesystem::remove(disk.folder() / config);
    REQUIRE(::mkfifo((disk.folder() / config).c_str(), 0600) == 0);
    CHECK_THAT(std::string(config_error().message()), Contains("is not a regular file"));
    std::filesystem::remove(disk.folder() / config);
    std::filesystem::create_directory(disk.folder() / config);
    CHECK_THAT(std::string(config_error().message()), Contains("is not a regular file"));
  }
}

TEST_CASE("without openat2 no link is followed, and the rest is the same") {
  LayoutOnDisk disk(test::oci_layout({good_image()}));
  std::filesystem::create_symlink("blobs", disk.folder() / "link");
  std::filesystem::create_symlink("index.json", disk.folder() / "file");
  std::string config, through_folder, through_file, absent;
  // A seccomp filter is of one thread, and ends with it.
  std::thread([&] {
    if (!deny_openat2()) return;
    config = Image::open(disk.open(), linux_amd64()).config().user;
    const auto files = open_layout_folder(disk.folder());
    absent = files->open("blobs/sha256/gone") == nullptr ? "nothing" : "something";
    through_folder = files->open("link/sha256") == nullptr ? "nothing" : "something";
    try {
      files->open("file");
    } catch (const Error& error) {
      through_file = error.message();
    }
  }).join();
  CHECK(config == "5001");
  CHECK(absent == "nothing");
  CHECK(through_folder == "nothing");
  CHECK_THAT(through_file, Contains("by a link"));
}

TEST_CASE("the layout's own folder may be reached by a link") {
  LayoutOnDisk disk(test::oci_layout({good_image()}));
  std::filesystem::create_symlink("layout", disk.dir.path() / "link");
  CHECK_NOTHROW(disk.fixture.open("oci:" + (disk.dir.path() / "link").string()));
}

TEST_CASE("oci: on a file says what to write instead") {
  const test::TempDir dir;
  std::ofstream(dir.path() / "app.tar") << "x";
  test::TransportFixture fixture;
  CHECK_THROWS_WITH(fixture.open("oci:" + (dir.path() / "app.tar").string()), Contains("is a file, not a folder"));
}

}  // namespace sidecarctl
