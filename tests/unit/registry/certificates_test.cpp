// SPDX-License-Identifier: Apache-2.0
#include "registry/certificates.hpp"

#include "support/catch.hpp"
#include "support/registry_bench.hpp"
#include "support/temp_dir.hpp"

#include <fstream>

using namespace sidecarctl;
using namespace sidecarctl::test;

namespace {

void touch(const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << "x";
}

}  // namespace

TEST_CASE("CAs of all folders and the first pair are found for the exact name") {
  TempDir dir;
  const auto user = dir.path() / "user", system = dir.path() / "system";
  touch(user / "r.example:5000" / "b.crt");
  touch(user / "r.example:5000" / "client.cert");
  touch(user / "r.example:5000" / "client.key");
  touch(system / "r.example:5000" / "a.crt");
  touch(system / "r.example:5000" / "other.cert");
  touch(system / "r.example:5000" / "other.key");
  touch(system / "r.example" / "wrong.crt");
  const auto found = find_certificates("r.example:5000", {user, system, dir.path() / "absent"});
  REQUIRE(found.cas.size() == 2);
  CHECK(found.cas[0] == user / "r.example:5000" / "b.crt");
  CHECK(found.cert == user / "r.example:5000" / "client.cert");
  CHECK(found.key == user / "r.example:5000" / "client.key");
  CHECK(find_certificates("r.example:443", {user, system}).cas.empty());
}

TEST_CASE("half a pair is an error that names the other half") {
  for (const auto& [there, missing] :
       {std::pair("client.cert", "client.key"), std::pair("client.key", "client.cert")}) {
    INFO(there);
    TempDir dir;
    touch(dir.path() / "r.example" / there);
    const Error error = error_of([&] { find_certificates("r.example", {dir.path()}); });
    CHECK(error.kind() == ErrorKind::config);
    CHECK(std::string(error.message()).find(std::string("needs '") + missing + "'") != std::string::npos);
  }
}

TEST_CASE("the user's folders come before the system's") {
  const auto environment = [](const std::string& name) {
    return name == "HOME" ? std::optional<std::string>("/home/me") : std::nullopt;
  };
  CHECK(certificate_folders(environment) ==
        std::vector<std::filesystem::path>{"/home/me/.config/containers/certs.d", "/home/me/.config/docker/certs.d",
                                           "/etc/containers/certs.d", "/etc/docker/certs.d"});
}
