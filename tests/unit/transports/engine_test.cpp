// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"
#include "support/catch.hpp"
#include "support/fake_engine.hpp"
#include "transports/engine_config.hpp"
#include "transports/engine_files.hpp"
#include "transports/engine_source.hpp"
#include "transports/engine_stat.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <algorithm>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): tests of one part

namespace {

EngineEndpoint endpoint() {
  return parse_engine_host("unix:///fake.sock", "test");
}

std::shared_ptr<EngineApi> connect(test::FakeEngine& engine) {
  return std::make_shared<EngineApi>(endpoint(), "Docker", [&](HttpOptions) { return engine.connect(); });
}

test::TarItem folder(std::string name, std::uint32_t mode = 0755, std::uint64_t uid = 0) {
  test::TarItem item;
  item.name = std::move(name);
  item.type = '5';
  item.mode = mode;
  item.uid = uid;
  return item;
}

test::TarItem file(std::string name, std::string content, std::uint32_t mode = 0644) {
  test::TarItem item;
  item.name = std::move(name);
  item.content = std::move(content);
  item.mode = mode;
  return item;
}

test::TarItem link_to(std::string name, std::string target) {
  test::TarItem item;
  item.name = std::move(name);
  item.type = '2';
  item.link = std::move(target);
  return item;
}

test::TarItem owned(test::TarItem item, std::uint64_t uid) {
  item.uid = uid;
  return item;
}

void fill(test::FakeEngine& engine) {
  engine.tree = {folder("/"),
                 link_to("/bin", "/usr/bin"),
                 folder("/etc"),
                 file("/etc/passwd", "app:x:5001:\n"),
                 folder("/opt"),
                 folder("/opt/big"),
                 file("/opt/big/data", std::string(7'000'000, 'x')),
                 folder("/opt/shared", 0755, 5001),
                 file("/opt/shared/start_flag", ""),
                 folder("/usr"),
                 link_to("/usr/alternatives", "bin/mawk"),
                 link_to("/usr/awk", "alternatives"),
                 folder("/usr/bin"),
                 file("/usr/bin/long", std::string(100000, 'y'), 0755),
                 owned(file("/usr/bin/mawk", "", 0755), 8),
                 file("/usr/bin/sh",
                      "\x7f"
                      "ELF",
                      0755),
                 owned(file("/usr/bin/su", "ELF", 04755), 7),
                 folder("/var"),
                 folder("/var/empty")};
}

}  // namespace

TEST_CASE("API versions are settled on the lower of both") {
  test::FakeEngine engine;
  CHECK(connect(engine)->version() == ApiVersion{1, 41});
  engine.api_version = "1.99";
  CHECK(connect(engine)->version() == kNewestApi);
  for (const char* bad : {"", "x", "1", "1.x", "-1.2", "99999999999.1"}) {
    engine.api_version = bad;
    INFO(bad);
    CHECK_THROWS_AS(connect(engine), Error);
  }
}

TEST_CASE("the files of an engine's image are asked one by one, and links are not followed by find") {
  test::FakeEngine engine;
  fill(engine);
  engine.tells_stat = GENERATE(true, false);
  const auto api = connect(engine);
  EngineFiles files(api, "sha256:ab");
  CHECK(files.find("/bin")->is_symlink());
  CHECK(files.find("/bin")->link_target == "/usr/bin");
  CHECK_FALSE(files.find("/bin/sh"));  // /bin is a link, not a folder.
  CHECK(resolve(files, "/bin/sh").path == "/usr/bin/sh");
  CHECK(files.find("/opt/shared")->uid == 5001);
  CHECK_FALSE(files.find("/nope"));
  CHECK_FALSE(files.find("/etc/passwd/x"));
  CHECK(files.read_head("/etc/passwd", 3) == "app");
  CHECK(files.read_head("/usr/bin/long", 90000).size() == 90000);
  CHECK(files.list("/opt") == std::vector<std::string>{"big", "shared"});
  CHECK(files.list("/opt/shared") == std::vector<std::string>{"start_flag"});
  CHECK(files.list("/nope").empty());
  CHECK_THROWS_AS(files.read_head("/nope", 1), Error);
  CHECK(engine.containers == 1);
}

TEST_CASE("the beginning of the whole tree answers what it holds, and what its finished folders do not hold") {
  test::FakeEngine engine;
  fill(engine);
  const auto api = connect(engine);
  EngineFiles files(api, "sha256:ab");
  CHECK(files.find("/etc"));
  const std::size_t before = engine.requests.size();
  CHECK(files.find("/etc/passwd"));
  CHECK_FALSE(files.find("/etc/group"));
  CHECK(files.list("/etc") == std::vector<std::string>{"passwd"});
  CHECK(files.find("/bin")->link_target == "/usr/bin");
  CHECK(engine.requests.size() == before);
}

TEST_CASE("what comes after a large file is asked for, by HEAD where that is enough") {
  test::FakeEngine engine;
  fill(engine);
  const auto api = connect(engine);
  EngineFiles files(api, "sha256:ab");
  const auto gets = [&] {
    return std::count_if(engine.requests.begin(), engine.requests.end(), [](const std::string& request) {
      return request.starts_with("GET") && request.find("archive") != std::string::npos;
    });
  };
  CHECK(files.glance("/usr/bin/su")->mode == 04755);
  CHECK(files.glance("/usr/bin/su")->brief);
  CHECK(files.glance("/usr/bin/su")->size == 3);
  CHECK_FALSE(files.glance("/usr/bin/nope"));
  CHECK(files.glance("/usr/awk")->link_target == "/usr/bin/mawk");  // The end of both links.
  CHECK(resolve_briefly(files, "/usr/awk").path == "/usr/bin/mawk");
  CHECK(gets() == 1);
  CHECK(files.find("/usr/bin/su")->uid == 7);
  CHECK_FALSE(files.find("/usr/bin/su")->brief);
  CHECK(gets() == 2);
  CHECK(resolve(files, "/usr/awk").links ==
        std::vector<std::string>{"/usr/awk -> alternatives", "/usr/alternatives -> bin/mawk"});
  CHECK(resolve(files, "/usr/awk").node.uid == 8);
  CHECK_FALSE(resolve(files, "/usr/awk").node.brief);
  CHECK(files.list("/var") == std::vector<std::string>{"empty"});
}

TEST_CASE("a name of a file that came before is that file") {
  test::FakeEngine engine;
  fill(engine);
  test::TarItem name;
  name.name = "/etc/same";
  name.type = '1';
  name.link = "/etc/passwd";
  engine.tree.insert(engine.tree.begin() + 4, name);
  const auto api = connect(engine);
  EngineFiles files(api, "sha256:ab");
  CHECK(files.find("/etc/same")->is_file());
  CHECK(files.read_head("/etc/same", 3) == "app");
  CHECK(files.list("/etc") == std::vector<std::string>{"passwd", "same"});
}

TEST_CASE("a link in a circle, which engines do not look at, is told by its folder") {
  test::FakeEngine engine;
  fill(engine);
  engine.tree.push_back(link_to("/var/loop", "/var/loop"));
  const auto api = connect(engine);
  EngineFiles files(api, "sha256:ab");
  CHECK(files.find("/var/loop")->link_target == "/var/loop");
  CHECK(resolve(files, "/var/loop").outcome == Resolved::Outcome::loop);
}

TEST_CASE("an order of the tar that is not depth first is no reason to miss a file") {
  test::FakeEngine engine;
  engine.tree = {folder("/"), folder("/a"), folder("/b"), file("/a/x", "x"), file("/big", std::string(7'000'000, 'x'))};
  const auto api = connect(engine);
  EngineFiles files(api, "sha256:ab");
  CHECK(files.find("/a/x"));
  CHECK_FALSE(files.find("/a/y"));
  CHECK(files.list("/a") == std::vector<std::string>{"x"});
}

TEST_CASE("no container is made before the first question, and it is removed, also when a question fails") {
  test::FakeEngine engine;
  fill(engine);
  const auto api = connect(engine);
  { const EngineFiles unasked(api, "sha256:ab"); }
  CHECK(engine.requests.size() == 1);  // The ping.
  {
    EngineFiles files(api, "sha256:ab");
    CHECK_THROWS_AS(files.read_head("/opt", 1), Error);
    CHECK(engine.containers == 1);
  }
  CHECK(engine.containers == 0);
  CHECK(engine.removal_outlives_cancel);
  CHECK(engine.requests.back() == "DELETE /v1.41/containers/c0ffee?force=1&v=1");
}

TEST_CASE("an engine's description of a path is taken only as far as it can be") {
  const auto parse = [](const std::string& json) {
    return parse_engine_stat({{"X-Docker-Container-Path-Stat", base64_encode(json)}});
  };
  CHECK(parse(R"({"size":5,"mode":8389101})")->mode == 04755);
  CHECK(parse(R"({"size":4096,"mode":2147484141})")->is_directory());
  CHECK(parse(R"({"size":4096,"mode":2147484141})")->size == 0);
  CHECK(parse(R"({"mode":134218239,"linkTarget":"/usr/bin"})")->link_target == "/usr/bin");
  CHECK(parse(R"({"mode":69206454})")->type == FileType::character_device);
  CHECK(parse(R"({"mode":67109302})")->type == FileType::block_device);
  CHECK(parse(R"({"mode":33554854})")->type == FileType::fifo);
  CHECK(parse(R"({"mode":16777654})")->type == FileType::other);
  for (const char* bad :
       {"", "{", "{}", R"({"mode":"x"})", R"({"mode":493})", R"({"mode":134218239,"linkTarget":""})"}) {
    INFO(bad);
    CHECK_FALSE(parse(bad));
  }
  CHECK_FALSE(parse_engine_stat({{"X-Docker-Container-Path-Stat", "%%%"}}));
  CHECK_FALSE(parse_engine_stat({}));
}

TEST_CASE("an engine's inspect becomes a config, its history lines meet their layers") {
  const Json inspect = Json::parse(R"({"Id":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "RepoTags":["app:1"],"Os":"linux","Architecture":"amd64","Config":{"User":"5001","Env":["A=1"],"Volumes":{"/d":{}}},
    "RootFS":{"Type":"layers","Layers":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}})");
  const Json history = Json::parse(R"([{"CreatedBy":"USER 5001","Size":0},{"CreatedBy":"RUN b","Size":20},
    {"CreatedBy":"ENV A=1","Size":0},{"CreatedBy":"COPY a /","Size":10}])");
  const EngineImage image = read_engine_image(inspect, history);
  CHECK(image.config.user == "5001");
  CHECK(image.config.volumes == std::vector<std::string>{"/d"});
  CHECK(image.config.diff_ids.size() == 2);
  CHECK(image.layer_sizes == std::vector<std::uint64_t>{10, 20});
  CHECK(image.config.layer_command(0) == "COPY a /");
  CHECK(image.config.layer_command(1) == "RUN b");
}

TEST_CASE("a layer of size 0 is told by the builder's mark; else sizes stay unknown") {
  const Json inspect = Json::parse(R"({"RootFS":{"Layers":[
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}})");
  const Json marked =
      Json::parse(R"([{"CreatedBy":"/bin/sh -c #(nop) USER 1","Size":0},{"CreatedBy":"RUN true","Size":0}])");
  CHECK(read_engine_image(inspect, marked).layer_sizes == std::vector<std::uint64_t>{0});
  const Json unclear = Json::parse(R"([{"CreatedBy":"a","Size":0},{"CreatedBy":"b","Size":0}])");
  CHECK(read_engine_image(inspect, unclear).layer_sizes.empty());
}

TEST_CASE("engines give one image one name in several spellings") {
  CHECK(is_same_engine_name("app", "app:latest"));
  CHECK(is_same_engine_name("docker.io/library/app:1", "app:1"));
  CHECK_FALSE(is_same_engine_name("app:1", "app:2"));
  CHECK(is_same_engine_name("NOT valid", "NOT valid"));
}

TEST_CASE("names in requests are encoded") {
  CHECK(percent_encode("a/b:1 ü?") == "a%2Fb%3A1%20%C3%BC%3F");
}
