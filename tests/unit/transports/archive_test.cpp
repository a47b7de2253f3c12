// SPDX-License-Identifier: Apache-2.0
#include "transports/archive.hpp"

#include "image/image.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/transport_fixture.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

namespace sidecarctl {

namespace {

using Catch::Matchers::Contains;

std::shared_ptr<const Archive> open_bytes(const std::string& bytes, test::TransportFixture& fixture) {
  const test::TempDir dir;
  std::ofstream(dir.path() / "app.tar", std::ios::binary) << bytes;
  return open_archive((dir.path() / "app.tar").string(), {fixture.events, fixture.cancel});
}

std::string error_of(const std::string& bytes) {
  test::TransportFixture fixture;
  try {
    open_bytes(bytes, fixture);
  } catch (const Error& error) {
    return std::string(error.message());
  }
  return "no error";
}

/// The reading end of a pipe that a thread fills.
class Pipe {
 public:
  explicit Pipe(std::string bytes) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    reading = std::make_shared<UniqueFd>(ends[0]);
    writer_ = std::thread([text = std::move(bytes), end = ends[1]] {
      std::size_t done = 0;
      while (done < text.size()) {
        const ssize_t count = ::write(end, text.data() + done, text.size() - done);
        if (count < 0) break;
        done += static_cast<std::size_t>(count);
      }
      ::close(end);
    });
  }
  ~Pipe() {
    reading.reset();
    writer_.join();
  }
  std::shared_ptr<UniqueFd> reading;

 private:
  std::thread writer_;
};

std::string content(const Archive& archive, const std::string& name) {
  return read_all(*archive.open(name), 100'000'000, name);
}

}  // namespace

TEST_CASE("a pipe is read once, plain or packed, and then used anywhere") {
  const std::string tar = test::tar_of({{"a", std::string(300000, 'a')}, {"b", "bb"}});
  for (const Compression compression :
       {Compression::none, Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2}) {
    INFO(to_string(compression));
    test::TransportFixture fixture;
    Pipe pipe(test::pack(tar, compression));
    const auto archive = open_archive(pipe.reading, "standard input", {fixture.events, fixture.cancel});
    CHECK(content(*archive, "b") == "bb");
    CHECK(content(*archive, "a").size() == 300000);
    CHECK(archive->open("c") == nullptr);
  }
}

TEST_CASE("standard input is an image, from a pipe and from a file") {
  const std::string bytes = test::archive_of({test::good_image()}, test::ArchiveShape::docker_before_25);
  const int saved = ::dup(STDIN_FILENO);
  test::TransportFixture fixture;
  SECTION("pipe") {
    Pipe pipe(bytes);
    ::dup2(pipe.reading->get(), STDIN_FILENO);
    auto source = fixture.open("-");
    CHECK(source->info().transport == "docker-archive");
    CHECK(source->info().target == "-");
    CHECK(Image::open(std::move(source), linux_amd64()).config().user == "5001");
  }
  SECTION("file") {
    const test::TempDir dir;
    std::ofstream(dir.path() / "app.tar", std::ios::binary) << bytes;
    const UniqueFd file(::open((dir.path() / "app.tar").c_str(), O_RDONLY | O_CLOEXEC));
    ::dup2(file.get(), STDIN_FILENO);
    CHECK(fixture.open("-:1.0")->info().name == "registry.example/app:1.0");
    CHECK(fixture.open("docker-archive:-")->info().tag == "1.0");
  }
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
}

TEST_CASE("a FIFO is an archive, a device and a folder are not") {
  test::TransportFixture fixture;
  const test::TempDir dir;
  const std::string fifo = dir.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::thread writer([&] { std::ofstream(fifo, std::ios::binary) << test::tar_of({{"a", "x"}}); });
  CHECK(content(*open_archive(fifo, {fixture.events, fixture.cancel}), "a") == "x");
  writer.join();
  CHECK_THROWS_WITH(open_archive("/dev/zero", {fixture.events, fixture.cancel}),
                    "'/dev/zero' is neither a file nor a pipe");
  CHECK_THROWS_WITH(open_archive(dir.path().string(), {fixture.events, fixture.cancel}),
                    Contains("is a folder, not an archive"));
  CHECK_THROWS_AS(open_archive((dir.path() / "gone").string(), {fixture.events, fixture.cancel}), Error);
}

TEST_CASE("waiting for a pipe ends when the user interrupts") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd writing(ends[1]);
  test::TransportFixture fixture;
  fixture.cancel.cancel(2);
  try {
    open_archive(std::make_shared<UniqueFd>(ends[0]), "standard input", {fixture.events, fixture.cancel});
    FAIL("not interrupted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::interrupted);
  }
}

TEST_CASE("packed archives that are cut or damaged are refused") {
  const std::string tar = test::tar_of({{"a", std::string(100000, 'a') + std::string(50000, 'b')}});
  for (const Compression compression : {Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2}) {
    INFO(to_string(compression));
    const std::string packed = test::pack(tar, compression);
    CHECK(error_of(packed) == "no error");
    CHECK(error_of(packed.substr(0, packed.size() / 2)) != "no error");
    CHECK(error_of(packed.substr(0, packed.size() - 1)) != "no error");
    CHECK(error_of(test::pack(tar.substr(0, 1000), compression)).find("ends inside a (needs") != std::string::npos);
    CHECK(
        error_of(test::pack("no tar at all" + std::string(1000, 'x'), compression))
            .find("is not an image archive, an OCI layout or a Dockerfile: unpacked, it starts with 'no tar at all") !=
        std::string::npos);
  }
}

TEST_CASE("what an archive will need unpacked is told by gzip's end and by zstd's beginning") {
  const std::string tar(70000, 'x');
  const std::string gzip = test::pack(tar, Compression::gzip);
  CHECK(unpacked_size_hint(Compression::gzip, gzip, gzip.substr(gzip.size() - 4)) == 70000);
  CHECK_FALSE(unpacked_size_hint(Compression::gzip, gzip, "abc"));
  CHECK_FALSE(unpacked_size_hint(Compression::xz, "", "abcd"));
  using namespace std::string_literals;
  const std::string magic = "\x28\xb5\x2f\xfd";
  struct Case {
    std::string header;
    std::optional<std::uint64_t> size;
  };
  const Case cases[] = {
      {magic + "\x20\x07"s, 7},                        // single segment, one byte
      {magic + "\x60\x00\x01"s, 0x100 + 256},          // two bytes, offset by 256
      {magic + "\x80\x58\x01\x00\x01\x00"s, 0x10001},  // window descriptor, four bytes
      {magic + "\xe3\x01\x02\x03\x04\x01\x00\x00\x00\x00\x00\x00\x80"s, 0x8000000000000001ULL},  // dictionary id, eight
      {magic + "\x00\x58"s, {}},                                                                 // not told
      {magic + "\x80\x58\x01"s, {}},                                                             // cut
      {magic, {}},
      {"\x50\x2a\x4d\x18\x00\x00\x00\x00"s, {}},  // a skippable frame
  };
  for (const Case& c : cases) {
    INFO(fmt::format("{}", c.size.value_or(0)));
    CHECK(unpacked_size_hint(Compression::zstd, c.header, "") == c.size);
  }
}

TEST_CASE("an archive that cannot fit is refused before anything is unpacked") {
  using namespace std::string_literals;
  // A zstd frame that promises 2^50 bytes.
  const std::string frame = "\x28\xb5\x2f\xfd\xe0\x00\x00\x00\x00\x00\x00\x04\x00"s + std::string(100, 'x');
  CHECK_THAT(error_of(frame), Contains("need 1125.9 TB in '"));
}

TEST_CASE("names of duplicate members are told escaped") {
  test::TransportFixture fixture;
  open_bytes(test::tar_of({{"\x1b[2J", "1"}, {"\x1b[2J", "2"}}), fixture);
  REQUIRE(fixture.events.warnings.size() == 1);
  CHECK_THAT(fixture.events.warnings[0], Contains("has '\\x1b[2J' more than once"));
}

}  // namespace sidecarctl
