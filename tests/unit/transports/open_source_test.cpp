// SPDX-License-Identifier: Apache-2.0
#include "transports/open_source.hpp"

#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/transport_fixture.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>

namespace sidecarctl {

namespace {

using Catch::Matchers::Contains;

/// What each place is asked, and what it answers: a function pointer has no state of its own.
struct Places {
  std::map<std::string, Error> failures;
  std::vector<std::string> asked;
} places;

class NamedSource final : public ImageSource {
 public:
  explicit NamedSource(std::string transport) { info_.transport = std::move(transport); }
  const SourceInfo& info() const override { return info_; }
  RawManifest read_manifest(const std::optional<Digest>&) override { throw Error(ErrorKind::not_found, "none"); }
  std::unique_ptr<ByteSource> open_blob(const Descriptor&) override { throw Error(ErrorKind::not_found, "none"); }

 private:
  SourceInfo info_;
};

template <char kPlace>
std::unique_ptr<ImageSource> open_fake(std::string_view location, TransportContext&) {
  const std::string place(1, kPlace);
  places.asked.push_back(fmt::format("{} {}", place, location));
  if (const auto at = places.failures.find(place); at != places.failures.end()) throw at->second;
  return std::make_unique<NamedSource>(place);
}

constexpr TransportInfo kDocker{"docker-daemon", "", "docker-daemon:NAME", "", open_fake<'d'>};
constexpr TransportInfo kPodman{"podman", "containers-storage", "podman:NAME", "", open_fake<'p'>};
constexpr TransportInfo kRegistry{"docker", "registry", "docker://REF", "", open_fake<'r'>};
constexpr TransportInfo kLayout{"oci", "", "oci:DIR", "", open_fake<'o'>};
constexpr TransportInfo kDockerArchive{"docker-archive", "", "docker-archive:PATH", "", open_fake<'a'>};
constexpr const TransportInfo* kTable[] = {&kDocker, &kPodman, &kRegistry, &kLayout, &kDockerArchive};

struct Fixture : test::TransportFixture {
  Fixture() { places = {}; }
  std::string ask(const std::string& name) { return open_source_among(kTable, name, context)->info().transport; }
  Error error(const std::string& name) {
    try {
      ask(name);
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorKind::policy, "no error");
  }
};

}  // namespace

TEST_CASE("schemes and their aliases open their place with the rest of the name") {
  struct Case {
    std::string name, asked;
  };
  const Case cases[] = {
      {"docker-daemon:app:1", "d app:1"},
      {"podman:app:1", "p app:1"},
      {"containers-storage:localhost/app:1", "p localhost/app:1"},
      {"docker://localhost:5000/app:1", "r localhost:5000/app:1"},
      {"registry:localhost:5000/app:1", "r localhost:5000/app:1"},
      {"registry://app", "r app"},
      {"oci:out:app", "o out:app"},
      {"oci:/abs/out", "o /abs/out"},
      {"docker-archive:gone.tar:app:1", "a gone.tar:app:1"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    Fixture fixture;
    fixture.ask(c.name);
    CHECK(places.asked == std::vector<std::string>{c.asked});
    CHECK(fixture.events.statuses.empty());
  }
}

TEST_CASE("a bare name is asked of Docker, of podman, and of the registry it names") {
  Fixture fixture;
  SECTION("Docker has it") {
    CHECK(fixture.ask("app:1") == "d");
    CHECK(fixture.events.statuses == std::vector<std::string>{"using app:1 from docker-daemon"});
  }
  SECTION("podman has it") {
    places.failures.emplace("d", Error(ErrorKind::network, "no socket"));
    CHECK(fixture.ask("localhost:5000/app:1") == "p");
    CHECK(places.asked == std::vector<std::string>{"d localhost:5000/app:1", "p localhost:5000/app:1"});
  }
  SECTION("the registry has it") {
    places.failures.emplace("d", Error(ErrorKind::not_found, "no such image"));
    places.failures.emplace("p", Error(ErrorKind::tool, "no podman"));
    CHECK(fixture.ask("registry.example/app:1") == "r");
    CHECK(fixture.events.statuses == std::vector<std::string>{"using registry.example/app:1 from registry"});
  }
  SECTION("docker:27 is the image called docker") {
    CHECK(fixture.ask("docker:27") == "d");
    CHECK(places.asked == std::vector<std::string>{"d docker:27"});
  }
}

TEST_CASE("if nobody has a bare name, the message lists what each said") {
  Fixture fixture;
  places.failures.emplace("d", Error(ErrorKind::network, "no socket"));
  places.failures.emplace("p", Error(ErrorKind::not_found, "no such image"));
  places.failures.emplace("r", Error(ErrorKind::denied, "401"));
  const Error without_host = fixture.error("app:1");
  CHECK(without_host.kind() == ErrorKind::not_found);
  CHECK(without_host.message() == "no image 'app:1' in docker-daemon, podman");
  CHECK(without_host.context() == std::vector<std::string>{"docker-daemon: no socket", "podman: no such image"});
  CHECK(without_host.hint() == "a registry is only asked when it is named: docker://docker.io/library/app:1");
  const Error with_host = fixture.error("registry.example/app:1");
  CHECK(with_host.message() == "no image 'registry.example/app:1' in docker-daemon, podman, registry");
  CHECK(with_host.context().back() == "registry: 401");
  CHECK_FALSE(with_host.hint());
  CHECK(fixture.error("docker-demon:1").hint() == "did you mean 'docker-daemon:1'?");
}

TEST_CASE("an interrupt ends the search") {
  Fixture fixture;
  places.failures.emplace("d", Error(ErrorKind::interrupted, "interrupted"));
  CHECK(fixture.error("app:1").kind() == ErrorKind::interrupted);
  CHECK(places.asked.size() == 1);
}

TEST_CASE("unknown schemes and names that are none are usage errors") {
  const test::TempDir dir;
  std::ofstream(dir.path() / "app.tar") << "x";
  Fixture fixture;
  const Error near = fixture.error("docker-archve:" + (dir.path() / "app.tar").string());
  CHECK(near.kind() == ErrorKind::usage);
  CHECK_THAT(std::string(near.message()), Contains("unknown transport 'docker-archve'"));
  CHECK_THAT(std::string(near.message()), Contains("did you mean 'docker-archive'?"));
  CHECK_THAT(near.hint().value_or(""), Contains("docker-archive:PATH"));
  CHECK_THAT(std::string(fixture.error("https://registry.example/app").message()),
             Contains("unknown transport 'https'"));
  CHECK(fixture.error("").kind() == ErrorKind::usage);
  CHECK(fixture.error("oci:").kind() == ErrorKind::usage);
  CHECK(fixture.error("docker://").kind() == ErrorKind::usage);
  CHECK(fixture.error("My/App").kind() == ErrorKind::usage);
  CHECK(places.asked.empty());
}

TEST_CASE("an existing path is looked at, even with colons in its name") {
  const test::TempDir dir;
  Fixture fixture;
  const std::string odd = dir.path() / "docker-daemon:app:1";
  std::ofstream(odd, std::ios::binary) << test::archive_of({test::good_image()}, test::ArchiveShape::podman);
  const auto archive = open_source_among(kTable, odd, fixture.context);
  CHECK(archive->info().transport == "docker-archive");
  CHECK(archive->info().target == odd);
  CHECK(archive->info().uncompressed_layers_are_normal);
  const std::string oci = dir.path() / "app.oci";
  std::ofstream(oci, std::ios::binary) << test::pack(test::archive_of({test::good_image()}, test::ArchiveShape::oci),
                                                     Compression::gzip);
  CHECK(open_source_among(kTable, oci, fixture.context)->info().transport == "oci-archive");
  test::write_files(dir.path() / "layout", test::oci_layout({test::good_image()}).files());
  CHECK(fixture.ask((dir.path() / "layout").string()) == "o");
  CHECK(fixture.ask((dir.path() / "layout:1.0").string()) == "o");
  CHECK(places.asked.back() == "o " + (dir.path() / "layout:1.0").string());
  CHECK(open_source_among(kTable, oci + ":1.0", fixture.context)->info().tag == "1.0");
  CHECK(fixture.error(oci + ":2.0").kind() == ErrorKind::not_found);
}

TEST_CASE("a relative path may be followed by a selector where no name of an image can be meant") {
  const test::TempDir dir;
  const auto old = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  std::ofstream("app.tar", std::ios::binary) << test::archive_of({test::good_image()}, test::ArchiveShape::podman);
  Fixture fixture;
  for (const char* name : {"app.tar:@0", "app.tar:registry.example/app:1.0", "./app.tar:1.0"}) {
    INFO(name);
    CHECK(open_source_among(kTable, name, fixture.context)->info().tag == "1.0");
  }
  CHECK(places.asked.empty());
  for (const char* place : {"d", "p"}) places.failures.emplace(place, Error(ErrorKind::not_found, "none"));
  const Error error = fixture.error("app.tar:1.0");
  std::filesystem::current_path(old);
  CHECK(error.message() == "no image 'app.tar:1.0' in docker-daemon, podman");
  CHECK(error.hint() == "'app.tar' is a path: for an image in it write './app.tar:1.0'");
}

TEST_CASE("a path that is no image says what it is") {
  const test::TempDir dir;
  Fixture fixture;
  std::ofstream(dir.path() / "Dockerfile") << "FROM x";
  std::ofstream(dir.path() / "text.txt") << "hello";
  std::ofstream(dir.path() / "other.tar", std::ios::binary) << test::tar_of({{"a", "b"}});
  std::filesystem::create_directory(dir.path() / "empty");
  const auto check = [&](const std::string& name, ErrorKind kind, const std::string& message) {
    INFO(name);
    const Error error = fixture.error((dir.path() / name).string());
    CHECK(error.kind() == kind);
    CHECK_THAT(std::string(error.message()), Contains(message));
  };
  check("Dockerfile", ErrorKind::usage, "is a Dockerfile, not an image");
  check("", ErrorKind::usage, "is a folder with a Dockerfile, not an image");
  check("empty", ErrorKind::not_found, "is a folder without an OCI layout or a Dockerfile");
  check("text.txt", ErrorKind::corrupt, "is not an image archive, an OCI layout or a Dockerfile: it starts with");
  check("other.tar", ErrorKind::corrupt, "is no image archive");
  check("gone.tar", ErrorKind::not_found, "is not there");
  check("gone.tar:app:1", ErrorKind::not_found, "is not there");
}

TEST_CASE("the table of the program knows the places of files") {
  std::vector<std::string> schemes;
  for (const TransportInfo* transport : all_transports()) schemes.emplace_back(transport->scheme);
  for (const char* scheme : {"oci", "oci-archive", "docker-archive"}) {
    CHECK(std::count(schemes.begin(), schemes.end(), scheme) == 1);
  }
}

}  // namespace sidecarctl
