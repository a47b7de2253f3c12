// SPDX-License-Identifier: Apache-2.0
#include "commands/push_access.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

namespace {

RegistryOptions all_said() {
  RegistryOptions options;
  options.username = "me";
  options.password = "secret";
  options.token = "token";
  options.cert = "cert.pem";
  options.key = "key.pem";
  options.cacert = "ca.pem";
  options.plain_http = true;
  options.tls_verify = false;
  return options;
}

}  // namespace

TEST_CASE("a registry that the image is read from gets nothing that was said about the destination") {
  const std::vector<std::string> images = {"docker://other.example/app:1",
                                           "other.example/app:1",
                                           "app:1",
                                           "docker-archive:x",
                                           "registry:other.example/app:1",
                                           "docker://r.example.evil.example/app:1",
                                           "-"};
  for (const std::string& image : images) {
    INFO(image);
    const RegistryOptions options = options_for_source(all_said(), image, "r.example");
    CHECK_FALSE(options.username);
    CHECK_FALSE(options.password);
    CHECK_FALSE(options.token);
    CHECK_FALSE(options.cert);
    CHECK_FALSE(options.key);
    CHECK_FALSE(options.plain_http);
    CHECK(options.tls_verify);
    CHECK(options.cacert == "ca.pem");
  }
  CHECK_FALSE(options_for_source(all_said(), "docker://r.example/app:1", std::nullopt).password);
}

TEST_CASE("copying inside one registry uses its credentials on both sides") {
  const std::vector<std::string> images = {"docker://r.example/app:1", "registry:r.example/app:1", "r.example/app:1"};
  for (const std::string& image : images) {
    INFO(image);
    const RegistryOptions options = options_for_source(all_said(), image, "r.example");
    CHECK(options.password == "secret");
    CHECK(options.plain_http);
  }
}
