// SPDX-License-Identifier: Apache-2.0
#include "registry/credentials.hpp"

#include "registry/credential_file.hpp"
#include "support/catch.hpp"
#include "support/registry_bench.hpp"
#include "support/temp_dir.hpp"
#include "util/file.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace sidecarctl;
using namespace sidecarctl::test;
namespace fs = std::filesystem;

namespace {

std::string auth(const std::string& user, const std::string& password) {
  return base64_encode(user + ":" + password);
}

/// A home folder, and programs in a folder that stands in front of PATH.
struct Home {
  Home() {
    variables["HOME"] = dir.path().string();
    const char* path = std::getenv("PATH");
    old_path = path == nullptr ? "" : path;
    fs::create_directories(dir.path() / "bin");
    ::setenv("PATH", ((dir.path() / "bin").string() + ":" + old_path).c_str(), 1);
  }
  ~Home() { ::setenv("PATH", old_path.c_str(), 1); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((dir.path() / name).parent_path());
    std::ofstream(dir.path() / name) << text;
  }
  void program(const std::string& name, const std::string& script) {
    write("bin/" + name, "#!/bin/sh\n" + script + "\n");
    fs::permissions(dir.path() / "bin" / name, fs::perms::owner_all);
  }
  std::string read(const std::string& name) { return read_file(dir.path() / name, 1 << 20); }
  Environment environment() {
    return [this](const std::string& name) {
      return variables.count(name) != 0 ? std::optional(variables[name]) : std::nullopt;
    };
  }
  std::optional<Credential> find(const std::string& registry, const std::string& repository = "") {
    return find_credential(registry, repository, options, environment(), cancel);
  }
  std::string store(const std::string& registry, const Credential& credential) {
    return store_credential(registry, credential, options, environment(), cancel);
  }

  TempDir dir;
  std::map<std::string, std::string> variables;
  RegistryOptions options;
  CancelToken cancel;
  std::string old_path;
};

std::string entry(const std::string& key, const std::string& user) {
  return R"({"auths":{")" + key + R"(":{"auth":")" + auth(user, "pw") + R"("}}})";
}

Credential credential_of(const std::string& user, const std::string& password) {
  Credential credential;
  credential.username = user;
  credential.password = password;
  return credential;
}

}  // namespace

TEST_CASE("options come before every file") {
  Home home;
  home.write(".docker/config.json", entry("registry.example", "file"));
  home.options.username = "option";
  home.options.password = "a:b";
  CHECK(home.find("registry.example")->username == "option");
  CHECK(home.find("registry.example")->password == "a:b");
  home.options.password.reset();
  home.options.token = "token";
  CHECK(home.find("registry.example")->password == "token");
  home.options.username.reset();
  CHECK(home.find("registry.example")->bearer_token == "token");
  home.options.token.reset();
  home.options.username = "alone";
  CHECK(error_of([&] { home.find("registry.example"); }).kind() == ErrorKind::usage);
}

TEST_CASE("the first file with a match wins, not the first file that exists") {
  Home home;
  home.variables["XDG_RUNTIME_DIR"] = (home.dir.path() / "run").string();
  home.variables["XDG_CONFIG_HOME"] = (home.dir.path() / "config").string();
  CHECK_FALSE(home.find("registry.example"));
  home.write(".dockercfg", R"({"registry.example":{"auth":")" + auth("oldest", "pw") + R"("}})");
  CHECK(home.find("registry.example")->username == "oldest");
  CHECK(home.find("registry.example")->from == "~/.dockercfg");
  home.write("config/containers/auth.json", entry("registry.example", "podman-config"));
  CHECK(home.find("registry.example")->username == "podman-config");
  home.write("run/containers/auth.json", entry("registry.example", "podman-run"));
  CHECK(home.find("registry.example")->username == "podman-run");
  home.write(".docker/config.json", entry("other.example", "docker"));
  CHECK(home.find("registry.example")->username == "podman-run");
  home.write(".docker/config.json", entry("registry.example", "docker"));
  CHECK(home.find("registry.example")->from == "~/.docker/config.json");
  home.variables["DOCKER_CONFIG"] = (home.dir.path() / "elsewhere").string();
  home.write("elsewhere/config.json", entry("registry.example", "docker-config"));
  CHECK(home.find("registry.example")->username == "docker-config");
  home.variables["DOCKER_AUTH_CONFIG"] = entry("registry.example", "variable");
  CHECK(home.find("registry.example")->from == "$DOCKER_AUTH_CONFIG");
}

TEST_CASE("a file that the user names is the only one") {
  Home home;
  home.write(".docker/config.json", entry("registry.example", "docker"));
  home.write("named.json", entry("other.example", "named"));
  home.variables["REGISTRY_AUTH_FILE"] = (home.dir.path() / "named.json").string();
  CHECK_FALSE(home.find("registry.example"));
  CHECK(home.find("other.example")->username == "named");
  home.options.authfile = home.dir.path() / "absent.json";
  const Error error = error_of([&] { home.find("registry.example"); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(std::string(error.message()).find("absent.json") != std::string::npos);
}

TEST_CASE("the longest key wins, and keys are read in every old spelling") {
  Home home;
  home.write(".docker/config.json", R"({"auths":{"registry.example":{"auth":")" + auth("host", "pw") +
                                        R"("},"registry.example/team":{"auth":")" + auth("team", "pw") +
                                        R"("},"registry.example/team/app":{"auth":")" + auth("app", "pw") + R"("}}})");
  CHECK(home.find("registry.example", "team/app")->username == "app");
  CHECK(home.find("registry.example", "team/other")->username == "team");
  CHECK(home.find("registry.example", "teams/app")->username == "host");
  CHECK(home.find("registry.example")->username == "host");
  CHECK_FALSE(home.find("registry.example:5000"));
  struct Row {
    const char *key, *registry;
  };
  const Row rows[] = {{"https://index.docker.io/v1/", "docker.io"},
                      {"docker.io", "docker.io"},
                      {"index.docker.io", "docker.io"},
                      {"registry-1.docker.io", "docker.io"},
                      {"https://r.example/v1/", "r.example"},
                      {"http://r.example:5000", "r.example:5000"},
                      {"r.example/v2/", "r.example"},
                      {"R.Example", "r.example"}};
  for (const Row& row : rows) {
    INFO(row.key);
    home.write(".docker/config.json", entry(row.key, "found"));
    REQUIRE(home.find(row.registry, "team/app"));
    CHECK(home.find(row.registry, "team/app")->username == "found");
  }
}

TEST_CASE("what an entry may hold") {
  Home home;
  home.write(".docker/config.json",
             R"({"auths":{"a.example":{"username":"u","password":"p"},"b.example":{"identitytoken":"i"},"c.example":{},
      "d.example":{"auth":")" +
                 base64_encode(std::string("u:p\0\0", 5)) + R"("},"e.example":{"registrytoken":"r"}}})");
  CHECK(home.find("a.example")->password == "p");
  CHECK(home.find("b.example")->identity_token == "i");
  CHECK_FALSE(home.find("c.example"));
  CHECK(home.find("d.example")->password == "p");
  CHECK(home.find("e.example")->bearer_token == "r");
}

TEST_CASE("a damaged file is named, and no secret with it") {
  Home home;
  for (const char* text :
       {"{\"auths\":", "[]", "{\"auths\":[]}", "{\"auths\":{\"r.example\":5}}",
        "{\"auths\":{\"r.example\":{\"auth\":\"!!SECRET\"}}}", "{\"auths\":{\"r.example\":{\"auth\":\"U0VDUkVU\"}}}",
        "{\"credsStore\":5}", "{\"credHelpers\":{\"r.example\":5}}"}) {
    INFO(text);
    home.write(".docker/config.json", text);
    const Error error = error_of([&] { home.find("r.example"); });
    CHECK(error.kind() == ErrorKind::config);
    CHECK(std::string(error.message()).find("~/.docker/config.json") != std::string::npos);
    CHECK(std::string(error.message()).find("SECRET") == std::string::npos);
  }
  home.write(".docker/config.json", "");
  CHECK_FALSE(home.find("r.example"));
}

TEST_CASE("helpers are asked by the protocol") {
  Home home;
  home.program(
      "docker-credential-good",
      R"(read server; [ "$1" = get ] && echo "{\"ServerURL\":\"$server\",\"Username\":\"$server\",\"Secret\":\"pw\"}")");
  home.program("docker-credential-token", R"(echo '{"Username":"<token>","Secret":"identity"}')");
  home.program("docker-credential-empty", "echo 'credentials not found in native keychain'; exit 1");
  home.program("docker-credential-bad", "echo 'the vault is locked' >&2; exit 1");
  home.program("docker-credential-noise", "echo SECRET");
  home.program("docker-credential-slow", "sleep 60");
  home.write(
      ".docker/config.json",
      R"({"credHelpers":{"good.example":"good","docker.io":"good","token.example":"token","empty.example":"empty",
      "bad.example":"bad","noise.example":"noise","slow.example":"slow","gone.example":"gone","evil.example":"../evil"},
      "auths":{"good.example":{"auth":")" +
          auth("file", "pw") + R"("},"file.example":{"auth":")" + auth("file", "pw") + R"("},"store.example":{}},
      "credsStore":"good"})");
  CHECK(home.find("good.example")->username == "good.example");
  CHECK(home.find("good.example")->from == "~/.docker/config.json (helper 'good')");
  CHECK(home.find("docker.io", "library/alpine")->username == "https://index.docker.io/v1/");
  CHECK(home.find("token.example")->identity_token == "identity");
  CHECK_FALSE(home.find("empty.example"));
  CHECK(home.find("file.example")->username == "file");
  CHECK(home.find("store.example")->username == "store.example");
  const Error locked = error_of([&] { home.find("bad.example"); });
  CHECK(locked.kind() == ErrorKind::tool);
  CHECK(locked.message() == "the credential helper 'docker-credential-bad get' failed: the vault is locked");
  const Error noise = error_of([&] { home.find("noise.example"); });
  CHECK(noise.kind() == ErrorKind::tool);
  CHECK(std::string(noise.message()).find("SECRET") == std::string::npos);
  const Error gone = error_of([&] { home.find("gone.example"); });
  CHECK(gone.kind() == ErrorKind::tool);
  CHECK(gone.message() ==
        "the credential helper 'docker-credential-gone' is not installed; ~/.docker/config.json names it");
  CHECK(error_of([&] { home.find("evil.example"); }).kind() == ErrorKind::config);
  home.options.helper_timeout = std::chrono::milliseconds(100);
  const Error slow = error_of([&] { home.find("slow.example"); });
  CHECK(slow.kind() == ErrorKind::tool);
  CHECK(std::string(slow.message()).find("did not end within 0.1 s") != std::string::npos);
}

TEST_CASE("a login is stored as docker stores it, and everything else in the file stays") {
  Home home;
  home.write(
      ".docker/config.json",
      R"({"z":{"deep":[1,2.5,null]},"auths":{"https://r.example/v1/":{"auth":"x"},"other.example":{"auth":"y"}},"a":"b"})");
  CHECK(home.store("r.example", credential_of("me", "secret")) == "~/.docker/config.json");
  CHECK(home.find("r.example")->password == "secret");
  const std::string text = home.read(".docker/config.json");
  CHECK(text.find("\"z\"") < text.find("\"auths\""));
  const Json json = Json::parse(text);
  CHECK(json["z"] == Json::parse(R"({"deep":[1,2.5,null]})"));
  CHECK(json["auths"]["other.example"]["auth"] == "y");
  CHECK(json["auths"]["r.example"] == Json::parse(R"({"auth":")" + auth("me", "secret") + R"("})"));
  CHECK(json["auths"].size() == 2);
  struct stat info {};
  REQUIRE(::stat((home.dir.path() / ".docker/config.json").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
  home.store("docker.io", credential_of("hub", "pw"));
  CHECK(Json::parse(home.read(".docker/config.json"))["auths"].contains("https://index.docker.io/v1/"));
  CHECK(home.find("docker.io", "library/x")->username == "hub");
}

TEST_CASE("a login makes the folder and the file, and follows a link to one") {
  Home home;
  home.store("r.example", credential_of("me", "secret"));
  CHECK(home.find("r.example")->username == "me");
  home.write("dotfiles/config.json", "{}");
  fs::remove_all(home.dir.path() / ".docker");
  fs::create_directories(home.dir.path() / ".docker");
  fs::create_symlink(home.dir.path() / "dotfiles/config.json", home.dir.path() / ".docker/config.json");
  home.store("r.example", credential_of("linked", "secret"));
  CHECK(fs::is_symlink(home.dir.path() / ".docker/config.json"));
  CHECK(home.read("dotfiles/config.json").find("r.example") != std::string::npos);
}

TEST_CASE("a login goes into the helper that the file names, and the file keeps no secret") {
  Home home;
  const std::string store = (home.dir.path() / "store.json").string();
  home.program("docker-credential-keep",
               "case $1 in store) cat > " + store + " ;; erase) rm -f " + store + " ;; get) cat " + store +
                   " 2>/dev/null || { echo 'credentials not found in native keychain'; exit 1; } ;; esac");
  home.write(".docker/config.json",
             R"({"credsStore":"keep","auths":{"r.example":{"auth":")" + auth("old", "old-secret") + R"("}}})");
  CHECK(home.store("r.example", credential_of("me", "secret")) == "~/.docker/config.json (helper 'keep')");
  CHECK(Json::parse(home.read("store.json")) ==
        Json::parse(R"({"ServerURL":"r.example","Username":"me","Secret":"secret"})"));
  CHECK(Json::parse(home.read(".docker/config.json")) ==
        Json::parse(R"({"credsStore":"keep","auths":{"r.example":{}}})"));
  CHECK(home.find("r.example")->password == "secret");
  CHECK(erase_credential("r.example", home.options, home.environment(), home.cancel));
  CHECK_FALSE(fs::exists(store));
  CHECK(Json::parse(home.read(".docker/config.json"))["auths"].empty());
  CHECK_FALSE(erase_credential("r.example", home.options, home.environment(), home.cancel));
}

TEST_CASE("a logout removes every spelling and nothing else") {
  Home home;
  home.write(
      ".docker/config.json",
      R"({"auths":{"https://r.example/v1/":{"auth":"x"},"r.example":{"auth":"x"},"r.example/team":{"auth":"y"}}})");
  CHECK(erase_credential("r.example", home.options, home.environment(), home.cancel));
  CHECK(Json::parse(home.read(".docker/config.json"))["auths"] == Json::parse(R"({"r.example/team":{"auth":"y"}})"));
  CHECK_FALSE(erase_credential("r.example", home.options, home.environment(), home.cancel));
}

TEST_CASE("a file that is not JSON is not overwritten") {
  Home home;
  home.write(".docker/config.json", "{ half");
  CHECK(error_of([&] { home.store("r.example", credential_of("me", "secret")); }).kind() == ErrorKind::config);
  CHECK(home.read(".docker/config.json") == "{ half");
}
