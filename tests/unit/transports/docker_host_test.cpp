// SPDX-License-Identifier: Apache-2.0
#include "transports/docker_host.hpp"

#include "support/catch.hpp"
#include "support/fake_environment.hpp"
#include "support/temp_dir.hpp"
#include "util/error.hpp"
#include "util/file.hpp"
#include "util/sha256.hpp"
#include "util/strings.hpp"

#include <map>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header
using sidecarctl::test::environment_of;

TEST_CASE("engine addresses are read as docker reads them") {
  CHECK(parse_engine_host("unix:///run/x.sock", "x").unix_socket == "/run/x.sock");
  CHECK(parse_engine_host("tcp://10.0.0.1", "x").base_url == "http://10.0.0.1:2375");
  CHECK(parse_engine_host("tcp://host:99/", "x").base_url == "http://host:99");
  CHECK(parse_engine_host("https://host", "x").base_url == "https://host:2376");
  CHECK(parse_engine_host("tcp://[::1]", "x").base_url == "http://[::1]:2375");
  CHECK(parse_engine_host("ssh://me@host", "x").base_url.empty());
  for (const char* bad : {"", "unix://", "tcp://", "npipe:////./pipe/docker", "/var/run/docker.sock", "host:2375"}) {
    INFO(bad);
    CHECK_THROWS_WITH(parse_engine_host(bad, "DOCKER_HOST"), Catch::StartsWith("DOCKER_HOST is"));
  }
}

TEST_CASE("the option beats the variable, the variable beats the context") {
  const test::TempDir home;
  const auto folder = home.path() / ".docker";
  const Sha256Bytes hash = sha256("remote");
  const auto meta = folder / "contexts/meta" / to_hex(hash.data(), hash.size());
  std::filesystem::create_directories(meta);
  write_file_atomically(folder / "config.json", R"({"currentContext":"remote"})");
  write_file_atomically(meta / "meta.json",
                        R"({"Name":"remote","Endpoints":{"docker":{"Host":"tcp://ctx:1","SkipTLSVerify":false}}})");
  std::map<std::string, std::string> values{{"HOME", home.path().string()}};
  CHECK(docker_endpoints({}, environment_of(values)).at(0).base_url == "http://ctx:1");

  values["DOCKER_HOST"] = "tcp://variable:2";
  CHECK(docker_endpoints({}, environment_of(values)).at(0).base_url == "http://variable:2");
  CHECK(docker_endpoints("tcp://option:3", environment_of(values)).at(0).base_url == "http://option:3");

  values["DOCKER_TLS_VERIFY"] = "1";
  values["DOCKER_CERT_PATH"] = home.path().string();
  write_file_atomically(home.path() / "ca.pem", "x");
  const EngineEndpoint tls = docker_endpoints({}, environment_of(values)).at(0);
  CHECK(tls.base_url == "https://variable:2");
  CHECK(tls.cacert == home.path() / "ca.pem");
  CHECK_FALSE(tls.cert);
}

TEST_CASE("a context's certificates mean TLS, and one that is not defined is told") {
  const test::TempDir home;
  const Sha256Bytes hash = sha256("remote");
  const std::string id = to_hex(hash.data(), hash.size());
  const auto contexts = home.path() / ".docker/contexts";
  std::filesystem::create_directories(contexts / "meta" / id);
  std::filesystem::create_directories(contexts / "tls" / id / "docker");
  write_file_atomically(contexts / "meta" / id / "meta.json",
                        R"({"Endpoints":{"docker":{"Host":"tcp://ctx:1","SkipTLSVerify":true}}})");
  write_file_atomically(contexts / "tls" / id / "docker/ca.pem", "x");
  std::map<std::string, std::string> values{{"HOME", home.path().string()}, {"DOCKER_CONTEXT", "remote"}};
  const EngineEndpoint endpoint = docker_endpoints({}, environment_of(values)).at(0);
  CHECK(endpoint.base_url == "https://ctx:1");
  CHECK(endpoint.cacert);
  CHECK_FALSE(endpoint.verify_tls);
  values["DOCKER_CONTEXT"] = "other";
  CHECK_THROWS_WITH(docker_endpoints({}, environment_of(values)), Catch::Contains("'other' is not defined"));
}

TEST_CASE("sockets of the user are found where they exist") {
  const test::TempDir runtime;
  write_file_atomically(runtime.path() / "docker.sock", "");
  std::filesystem::create_directories(runtime.path() / "podman");
  write_file_atomically(runtime.path() / "podman/podman.sock", "");
  const auto environment = environment_of({{"HOME", "/nonexistent"}, {"XDG_RUNTIME_DIR", runtime.path().string()}});
  CHECK(docker_endpoints({}, environment).back().unix_socket == runtime.path() / "docker.sock");
  CHECK(podman_endpoints(environment).front().unix_socket == runtime.path() / "podman/podman.sock");
}
