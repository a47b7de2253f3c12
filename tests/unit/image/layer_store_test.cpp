// SPDX-License-Identifier: Apache-2.0
// What is read, how often, and what damage does: the reading side of open_layered_files().
#include "image/layer_store.hpp"

#include "image/decompress.hpp"
#include "image/layered_files.hpp"
#include "support/catch.hpp"
#include "support/memory_image.hpp"
#include "support/tar_builder.hpp"
#include "support/temp_dir.hpp"

namespace sidecarctl {
namespace {

using test::MemoryImage;
using test::TarBuilder;

constexpr LayeredFilesOptions kOneThread{std::nullopt, 1};

std::unique_ptr<ImageFiles> open(const MemoryImage& image, const LayeredFilesOptions& options = kOneThread) {
  return open_layered_files(image.image, options);
}

std::string noise(std::size_t size) {
  std::string text;
  std::uint32_t state = 7;
  while (text.size() < size) {
    state = state * 1664525U + 1013904223U;
    text += static_cast<char>(state >> 24U);
  }
  return text;
}

std::vector<std::string> three_layers() {
  return {TarBuilder().file("bin/sh", "shell", 0755).file("etc/passwd", "root:x:0:0::/:/bin/sh\n").build(),
          TarBuilder().file("app/data", noise(100'000)).build(),
          TarBuilder().file("app/run", "#!/bin/sh\n" + std::string(5000, 'x'), 0755).whiteout("etc/shadow").build()};
}

const LayerFacts& facts_of(const std::vector<LayerFacts>& facts, std::size_t layer) {
  for (const LayerFacts& one : facts) {
    if (one.index == layer) return one;
  }
  throw std::runtime_error("the layer was not read");
}

ErrorKind kind_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    CHECK(error.context().empty());
    Error(error).add_context("while asking");  // Must not show up in the next answer.
    return error.kind();
  }
  FAIL("no error");
  return ErrorKind::usage;
}

}  // namespace

TEST_CASE("layers below the one that settles a question are not opened") {
  const MemoryImage image(three_layers());
  const auto files = open(image);
  CHECK(files->find("/app/run")->layer == 2);
  CHECK_FALSE(files->find("/etc/shadow"));
  CHECK(image.source->times_opened(2) == 1);
  CHECK(image.source->times_opened(1) == 0);
  CHECK(files->layers_read().size() == 1);
  CHECK(files->find("/app/data")->layer == 1);
  CHECK(image.source->times_opened(0) == 0);
  CHECK_FALSE(files->find("/nothing"));
  CHECK(files->layers_read().size() == 3);
  for (std::size_t layer = 0; layer < 3; ++layer) CHECK(image.source->times_opened(layer) == 1);
}

TEST_CASE("the facts of a layer that was read") {
  const MemoryImage image(three_layers());
  const auto files = open(image);
  files->find("/nothing");
  const auto facts = files->layers_read();
  for (std::size_t layer = 0; layer < 3; ++layer) {
    const LayerFacts& one = facts_of(facts, layer);
    CHECK(one.compression == Compression::gzip);
    CHECK(one.read_to_end);
    CHECK(one.faults.empty());
    CHECK(one.unpacked_size == image.source->image.layers[layer].tar.size());
    CHECK(one.bytes_read == image.source->image.layers[layer].blob.size());
  }
  CHECK(facts_of(facts, 0).entries == 2);
}

TEST_CASE("the answers are the same with several threads, and from far away") {
  for (const bool local : {true, false}) {
    const MemoryImage image(three_layers());
    image.source->local = local;
    const auto files = open(image, {std::nullopt, 4});
    CHECK(files->read_head("/bin/sh", 10) == "shell");
    CHECK(files->find("/app/data")->size == 100'000);
    CHECK(files->layers_read().size() == 3);
  }
}

TEST_CASE("an image that is not needed any more is let go, though layers are being read") {
  const MemoryImage image({TarBuilder().file("a", noise(8'000'000)).build(),
                           TarBuilder().file("b", noise(8'000'000)).build(), TarBuilder().file("c").build()});
  const auto files = open(image, {std::nullopt, 3});
  files->find("/b");
}

TEST_CASE("contents are kept in the first reading when they were expected, are commands or accounts") {
  const MemoryImage image({TarBuilder()
                               .file("etc/passwd", std::string(200'000, 'p'))
                               .file("usr/bin/tool", std::string(9000, 'b'), 0755)
                               .file("srv/app", "#!/bin/sh\n" + std::string(70'000, 's'), 0644)
                               .file("srv/full", std::string(5000, 'f'), 0644)
                               .file("other", std::string(5000, 'o'), 0644)
                               .build()});
  const auto files = open(image);
  files->expect({"app", "/srv/full"});
  CHECK(files->read_head("/etc/passwd", ImageFiles::kMaxHead) == std::string(200'000, 'p'));
  CHECK(files->read_head("/usr/bin/tool", 4096) == std::string(4096, 'b'));
  CHECK(files->read_head("/srv/app", 65'536).size() == 65'536);
  CHECK(files->read_head("/srv/full", 4096) == std::string(4096, 'f'));
  CHECK(image.source->times_opened(0) == 1);

  CHECK(files->read_head("/other", 5) == "ooooo");
  CHECK(image.source->times_opened(0) == 2);
  CHECK(files->read_head("/other", 100'000) == std::string(5000, 'o'));
  CHECK(image.source->times_opened(0) == 2);
  CHECK(files->read_head("/usr/bin/tool", 100'000) == std::string(9000, 'b'));
  CHECK(image.source->times_opened(0) == 3);
  CHECK(files->read_head("/other", 0).empty());
}

TEST_CASE("a second reading from far away is verified before its answer is believed") {
  const MemoryImage image({TarBuilder().file("a", "first").file("b", noise(1000)).build()});
  image.source->local = false;
  const auto files = open(image);
  CHECK(files->find("/a"));
  const auto other = test::pack(TarBuilder().file("a", "other").file("b", noise(1000)).build(), Compression::gzip);
  image.source->blobs[image.source->image.layers[0].descriptor.digest] = other;
  CHECK(kind_of([&] { files->read_head("/a", 5); }) == ErrorKind::corrupt);
}

TEST_CASE("file bodies of uncompressed layers are skipped in a local place, and read by offset when asked for") {
  const MemoryImage image({TarBuilder().file("big", noise(5'000'000)).file("app", "hello").build()}, Compression::none);
  const auto files = open(image);
  CHECK(files->find("/big"));
  CHECK(image.source->log.read < 100'000);
  CHECK_FALSE(files->layers_read()[0].read_to_end);
  CHECK(files->layers_read()[0].compression == Compression::none);
  CHECK(files->read_head("/app", 10) == "hello");
  CHECK(files->read_head("/big", 10) == noise(10));
  CHECK(image.source->log.read < 300'000);
}

TEST_CASE("uncompressed layers from far away are read and verified") {
  const MemoryImage image({TarBuilder().file("big", noise(500'000)).build()}, Compression::none);
  image.source->local = false;
  const auto files = open(image);
  CHECK(files->find("/big"));
  CHECK(files->layers_read()[0].read_to_end);
}

TEST_CASE("a wrong digest or diff_id with a readable tar is a fault, and the tree answers all the same") {
  const MemoryImage image({TarBuilder().file("a", noise(1000)).build(), TarBuilder().file("b", "text").build()});
  const auto other = TarBuilder().file("a", "other text").build();
  image.source->blobs[image.source->image.layers[0].descriptor.digest] = test::pack(other, Compression::gzip);
  const auto files = open(image);
  CHECK(files->find("/a")->size == 10);
  const auto facts = files->layers_read();
  CHECK(facts_of(facts, 1).faults.empty());
  std::vector<LayerFault::Kind> kinds;
  for (const LayerFault& fault : facts_of(facts, 0).faults) kinds.push_back(fault.kind);
  CHECK(kinds == std::vector{LayerFault::Kind::size, LayerFault::Kind::digest, LayerFault::Kind::diff_id});
  CHECK(facts_of(facts, 0).read_to_end);
}

TEST_CASE("a damaged layer is a fault, and questions that need it have no answer") {
  const auto tars = three_layers();
  struct Case {
    std::string blob;
    LayerFault::Kind kind;
  };
  const std::string packed = test::pack(tars[1], Compression::gzip);
  std::string flipped = packed;
  flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1);
  const std::vector<Case> cases{
      {packed.substr(0, packed.size() / 2), LayerFault::Kind::truncated},
      {flipped, LayerFault::Kind::undecodable},
      {test::pack(std::string(5000, 'x'), Compression::gzip), LayerFault::Kind::tar},
      {test::pack(tars[1].substr(0, 1500), Compression::zstd), LayerFault::Kind::truncated},
      {std::string(5000, 'x'), LayerFault::Kind::tar},
      {test::pack(TarBuilder().file("a", noise(200'000)).build(), Compression::gzip), LayerFault::Kind::size}};
  for (const Case& row : cases) {
    const MemoryImage image(tars);
    image.source->blobs[image.source->image.layers[1].descriptor.digest] = row.blob;
    const auto files = open(image);
    CHECK(files->find("/app/run"));  // Settled above.
    for (int i = 0; i < 2; ++i) {
      CHECK(kind_of([&] { files->find("/bin/sh"); }) == ErrorKind::corrupt);
      CHECK(kind_of([&] { files->list("/"); }) == ErrorKind::corrupt);
    }
    const auto facts = files->layers_read();
    REQUIRE(facts_of(facts, 1).faults.size() == 1);
    CHECK(facts_of(facts, 1).faults[0].kind == row.kind);
    CHECK_THAT(facts_of(facts, 1).faults[0].message, Catch::Contains("layer 1 (sha256:"));
    CHECK_FALSE(facts_of(facts, 1).read_to_end);
    CHECK(image.source->times_opened(1) == 1);  // Damage is not read twice.
  }
}

TEST_CASE("what the place says is passed on, and is no damage") {
  const MemoryImage image(three_layers());
  image.source->unreachable.insert(image.source->image.layers[1].descriptor.digest);
  image.source->blobs.erase(image.source->image.layers[0].descriptor.digest);
  const auto files = open(image, {std::nullopt, 2});
  CHECK(kind_of([&] { files->find("/bin/sh"); }) == ErrorKind::network);
  CHECK(facts_of(files->layers_read(), 1).faults.empty());
}

TEST_CASE("several members, skippable frames and a wrong media type are read by their bytes") {
  const std::string tar = TarBuilder().file("a", "text").build();
  const std::string frame = std::string("\x53\x2a\x4d\x18\x04\0\0\0", 8) + "abcd";
  const std::string members =
      test::pack(tar.substr(0, 700), Compression::gzip) + test::pack(tar.substr(700), Compression::gzip);
  for (const std::string& blob : {members, frame + test::pack(tar, Compression::zstd) + frame}) {
    test::BuiltImage built = test::build(MemoryImage::image_of({tar}, Compression::gzip));
    const Descriptor old = built.layers[0].descriptor;
    built.layers[0].blob = blob;
    built.layers[0].descriptor.digest = Digest::sha256_of(blob);
    built.layers[0].descriptor.size = blob.size();
    // The same manifest with the new blob; its media type stays "+gzip".
    std::string& bytes = built.manifest.bytes;
    bytes.replace(bytes.find(old.digest.str()), old.digest.str().size(), Digest::sha256_of(blob).str());
    const std::string size = "\"size\":" + std::to_string(old.size);
    bytes.replace(bytes.rfind(size), size.size(), "\"size\":" + std::to_string(blob.size()));
    const MemoryImage image(std::move(built));
    const auto files = open(image);
    CHECK(files->read_head("/a", 9) == "text");
    CHECK(files->layers_read()[0].faults.empty());
    CHECK(files->layers_read()[0].read_to_end);
    CHECK(files->layers_read()[0].compression == detect_compression(blob));
  }
}

TEST_CASE("with another number of diff_ids than layers none is compared") {
  test::BuiltImage built = test::build(MemoryImage::image_of({TarBuilder().file("a").build()}, Compression::gzip));
  const std::string diff_id = "\"" + built.layers[0].diff_id.str() + "\"";
  const std::string wrong = "\"" + Digest::sha256_of("x").str() + "\"";
  std::string config = built.config;
  config.replace(config.find(diff_id), diff_id.size(), wrong + "," + wrong);
  std::string& bytes = built.manifest.bytes;
  bytes.replace(bytes.find(built.config_descriptor.digest.str()), 71, Digest::sha256_of(config).str());
  const std::string size = "\"size\":" + std::to_string(built.config.size());
  bytes.replace(bytes.find(size), size.size(), "\"size\":" + std::to_string(config.size()));
  built.config = config;
  built.config_descriptor.digest = Digest::sha256_of(config);
  const MemoryImage image(std::move(built));
  const auto files = open(image);
  CHECK(files->find("/a"));
  CHECK(files->layers_read()[0].faults.empty());
}

TEST_CASE("with a warm cache the layers are not read") {
  const test::TempDir folder;
  const LayeredFilesOptions options{folder.path() / "cache", 1};
  const MemoryImage image(three_layers());
  {
    const auto files = open(image, options);
    files->find("/nothing");
  }
  image.source->log.clear();
  const auto files = open(image, options);
  CHECK(files->read_head("/bin/sh", 10) == "shell");
  CHECK(files->find("/app/data")->size == 100'000);
  CHECK_FALSE(files->find("/etc/shadow"));
  CHECK(image.source->log.read <= 3 * 512);  // A look whether the blob is there.
  const auto facts = files->layers_read();
  REQUIRE(facts.size() == 3);
  CHECK(facts_of(facts, 0).read_to_end);
  CHECK(facts_of(facts, 0).entries == 2);
  CHECK(facts_of(facts, 0).compression == Compression::gzip);

  // What was not kept is read once and then kept.
  CHECK(files->read_head("/app/data", 4) == noise(4));
  const auto opened = image.source->times_opened(1);
  const auto again = open(image, options);
  CHECK(again->read_head("/app/data", 4) == noise(4));
  CHECK(image.source->times_opened(1) == opened + 1);
}

TEST_CASE("from far away a cached layer is not even asked for") {
  const test::TempDir folder;
  const LayeredFilesOptions options{folder.path(), 1};
  const MemoryImage image(three_layers());
  image.source->local = false;
  open(image, options)->find("/nothing");
  image.source->opened.clear();
  CHECK_FALSE(open(image, options)->find("/nothing"));
  CHECK(image.source->opened.empty());
}

TEST_CASE("a blob that is gone is missed though its index is cached") {
  const test::TempDir folder;
  const LayeredFilesOptions options{folder.path(), 1};
  const MemoryImage image(three_layers());
  open(image, options)->find("/nothing");
  image.source->blobs.erase(image.source->image.layers[0].descriptor.digest);
  const auto files = open(image, options);
  CHECK(kind_of([&] { files->find("/bin/sh"); }) == ErrorKind::not_found);
}

TEST_CASE("damaged layers and layers that were skipped through are not cached") {
  const test::TempDir folder;
  const LayeredFilesOptions options{folder.path(), 1};
  const MemoryImage plain({TarBuilder().file("a").build()}, Compression::none);
  CHECK(open(plain, options)->find("/a"));
  const MemoryImage wrong({TarBuilder().file("a").build()});
  const auto digest = wrong.source->image.layers[0].descriptor.digest;
  wrong.source->blobs[digest] = test::pack(TarBuilder().file("b").build(), Compression::gzip);
  CHECK(open(wrong, options)->find("/b"));
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a config with another diff_id than the cached one is told") {
  const test::TempDir folder;
  const LayeredFilesOptions options{folder.path(), 1};
  const std::string tar = TarBuilder().file("a").build();
  const MemoryImage right({tar});
  open(right, options)->find("/a");
  test::BuiltImage built = test::build(MemoryImage::image_of({tar}, Compression::gzip));
  const std::string digest = built.layers[0].diff_id.str();
  std::string config = built.config;
  config.replace(config.find(digest), digest.size(), Digest::sha256_of("x").str());
  std::string& bytes = built.manifest.bytes;
  bytes.replace(bytes.find(built.config_descriptor.digest.str()), 71, Digest::sha256_of(config).str());
  built.config = config;
  built.config_descriptor.digest = Digest::sha256_of(config);
  const MemoryImage image(std::move(built));
  const auto files = open(image, options);
  CHECK(files->find("/a"));
  REQUIRE(files->layers_read()[0].faults.size() == 1);
  CHECK(files->layers_read()[0].faults[0].kind == LayerFault::Kind::diff_id);
}

TEST_CASE("a file that was written to since is verified again, whatever the cache knows") {
  const test::TempDir folder;
  const LayeredFilesOptions options{folder.path(), GENERATE(1U, 2U)};
  const MemoryImage image(three_layers());
  open(image, options)->find("/nothing");
  image.source->identity = "written ";
  image.source->log.clear();
  CHECK(open(image, options)->find("/bin/sh"));  // The same bytes: they are hashed, not unpacked.
  const std::uint64_t hashed = image.source->log.read;
  CHECK(hashed > 3 * 512);
  image.source->log.clear();
  CHECK(open(image, options)->find("/bin/sh"));
  CHECK(image.source->log.read <= 3 * 512);

  std::string& blob = image.source->blobs.at(image.source->image.layers.back().descriptor.digest);
  blob[blob.size() / 2] = static_cast<char>(blob[blob.size() / 2] ^ 1);
  CHECK(open(image, options)->find("/bin/sh"));  // Nobody has told us.
  image.source->identity = "damaged ";
  const auto files = open(image, options);
  CHECK(kind_of([&] { files->find("/app/run"); }) == ErrorKind::corrupt);
  CHECK_FALSE(files->layers_read().back().faults.empty());
}

TEST_CASE("a local place that cannot tell whether a file was written to is verified every time") {
  const test::TempDir folder;
  const LayerCache cache(folder.path());
  const Digest digest = Digest::sha256_of("a");
  CHECK_FALSE(cache.has_verified(digest, ""));
  cache.remember_verified(digest, "");
  CHECK_FALSE(cache.has_verified(digest, ""));
  for (int i = 0; i < 40; ++i) cache.remember_verified(digest, std::to_string(i));
  CHECK(cache.has_verified(digest, "39"));
  CHECK(cache.has_verified(digest, "24"));
  CHECK_FALSE(cache.has_verified(digest, "23"));  // As many places are enough.
  CHECK_FALSE(cache.has_verified(digest, "3"));
  CHECK_FALSE(cache.has_verified(Digest::sha256_of("b"), "39"));
}

TEST_CASE("a cache that cannot be written is no failure") {
  const test::TempDir folder;
  const MemoryImage image(three_layers());
  const auto files = open(image, {folder.path() / std::string(300, 'x') / "cache", 1});
  CHECK(files->find("/bin/sh"));
}

TEST_CASE("an index in the cache does not stand for a blob that was cut since") {
  const test::TempDir folder;
  const LayeredFilesOptions options{folder.path(), 1};
  const MemoryImage whole(three_layers());
  CHECK(open(whole, options)->find("/app/run"));
  const MemoryImage cut(three_layers());
  std::string& blob = cut.source->blobs.at(cut.source->image.layers.back().descriptor.digest);
  blob.resize(blob.size() - 1);
  const auto files = open(cut, options);
  CHECK(kind_of([&] { files->find("/app/run"); }) == ErrorKind::corrupt);
}

}  // namespace sidecarctl
