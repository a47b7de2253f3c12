// SPDX-License-Identifier: Apache-2.0
#include "registry/authenticator.hpp"

#include "support/catch.hpp"
#include "support/registry_bench.hpp"
#include "util/strings.hpp"

#include <thread>

using namespace sidecarctl;
using namespace sidecarctl::test;

namespace {

const std::string kType(media_type::oci_manifest);

/// A registry with a token server and one manifest.
struct TokenBench : RegistryBench {
  TokenBench() {
    registry.bearer_auth = true;
    registry.put_manifest("team/app", "1.0", kType, "{}");
  }
  void log_in() {
    registry.users = {{"me", "secret"}};
    context.options.username = "me";
    context.options.password = "secret";
  }
  RawManifest get() { return client().get_manifest(reference("team/app:1.0")); }
  std::size_t token_requests() const {
    const auto all = lines();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const auto& line) { return line.find("auth.example") != std::string::npos; }));
  }
};

void upload(RegistryBench& bench, const std::string& bytes) {
  bench.client().upload_blob("team/app", blob_of(bytes), opener_of(bytes), {});
}

}  // namespace

TEST_CASE("a token is fetched once and used for later requests of its scope") {
  TokenBench bench;
  bench.log_in();
  bench.get();
  bench.get();
  CHECK(bench.client().auth_source() == "--username");
  const auto requests = bench.http.requests();
  REQUIRE(requests.size() == 4);
  CHECK(requests[1].url ==
        "https://auth.example/"
        "token?service=registry.example&scope=repository%3Ateam%2Fapp%3Apull&client_id=sidecarctl&account=me");
  CHECK(requests[1].header("Authorization") == "Basic " + base64_encode("me:secret"));
  CHECK(requests[2].header("Authorization")->starts_with("Bearer "));
  CHECK(requests[3].header("Authorization") == requests[2].header("Authorization"));
}

TEST_CASE("without credentials a token is asked for anonymously") {
  TokenBench bench;
  bench.get();
  CHECK_FALSE(bench.http.requests()[1].header("Authorization"));
  CHECK(bench.client().auth_source() == "anonymous");
}

TEST_CASE("a push has a token of its own, without another 401") {
  TokenBench bench;
  bench.get();
  upload(bench, "bytes");
  CHECK(bench.registry.tokens() ==
        std::vector<std::string>{"repository:team/app:pull", "repository:team/app:pull,push"});
  const auto requests = bench.http.requests();
  CHECK(std::count_if(requests.begin(), requests.end(), [](const auto& request) {
          return request.url.find("registry.example/v2") != std::string::npos && !request.header("Authorization");
        }) == 1);
}

TEST_CASE("a token that ends soon is replaced before a request, not after") {
  TokenBench bench;
  bench.registry.token_lifetime = 300;
  bench.get();
  bench.clock.advance(std::chrono::seconds(269));
  bench.get();
  CHECK(bench.token_requests() == 1);
  bench.clock.advance(std::chrono::seconds(2));
  bench.get();
  CHECK(bench.token_requests() == 2);
  CHECK(bench.lines().size() == 6);
}

TEST_CASE("a token that the registry takes back is replaced, and only the refused request is sent again") {
  TokenBench bench;
  bench.get();
  upload(bench, "one");
  bench.registry.fail_next("PUT /v2/team/app/blobs/uploads/", [&] {
    bench.registry.revoke_tokens();
    return response_of(
        401, {{"WWW-Authenticate", R"(Bearer realm="https://auth.example/token",service="registry.example")"}});
  });
  const std::size_t before = bench.lines().size();
  upload(bench, "two");
  CHECK(bench.registry.has_blob("team/app", blob_of("two").digest.str()));
  CHECK(bench.lines().size() == before + 4);  // POST, PUT, token, PUT.
}

TEST_CASE("refused credentials name the token server and where they are from") {
  TokenBench bench;
  bench.log_in();
  bench.registry.users = {{"me", "other"}};
  const Error error = error_of([&] { bench.get(); });
  CHECK(error.kind() == ErrorKind::denied);
  CHECK(error.message() ==
        "the token server https://auth.example/token refused the credentials from --username: status 401: incorrect "
        "username or password");
  CHECK(error.hint() == "run: sidecarctl login registry.example");
}

TEST_CASE("a token that is still refused is a refusal that names the user") {
  TokenBench bench;
  bench.log_in();
  bench.before = [&](const RecordedRequest& request) {
    HttpResponse response = bench.registry(request);
    if (response.status != 200 || request.url.find("auth.example") != std::string::npos) return response;
    return registry_error(403, "DENIED", "requested access to the resource is denied");
  };
  CHECK(error_of([&] { bench.get(); }).message() ==
        "logged in as 'me', but not allowed to read from registry.example/team/app: status 403 DENIED: requested "
        "access to the resource is denied");
}

TEST_CASE("clocks that differ are told when credentials are refused") {
  for (const bool by_token_server : {true, false}) {
    TokenBench bench;
    bench.log_in();
    bench.registry.bearer_auth = by_token_server;
    bench.before = [&](const RecordedRequest& request) {
      const bool refuses = !by_token_server || request.url.find("auth.example") != std::string::npos;
      HttpResponse response =
          refuses ? registry_error(401, "UNAUTHORIZED", "token used before issued") : bench.registry(request);
      if (!by_token_server) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"x\"");
      response.headers.emplace_back("Date", "Fri, 15 Jan 2027 08:12:00 GMT");  // 12 minutes ahead of FakeClock.
      return response;
    };
    const Error error = error_of([&] { bench.get(); });
    CHECK(error.kind() == ErrorKind::denied);
    CHECK_THAT(error.hint().value_or(""), Catch::Contains("the clock here is 12 min behind the one of"));
  }
}

TEST_CASE("Basic is used when it is what the registry wants") {
  RegistryBench bench;
  bench.registry.basic_auth = true;
  bench.registry.users = {{"me", "secret"}};
  const Error missing = error_of([&] { bench.client().ping(); });
  CHECK(missing.kind() == ErrorKind::denied);
  CHECK(std::string(missing.message())
            .starts_with("no credentials for registry.example (looked in ~/.docker/config.json, "
                         "~/.config/containers/auth.json, ~/.dockercfg)"));
  RegistryBench known;
  known.registry.basic_auth = true;
  known.registry.users = {{"me", "secret"}};
  known.context.options.username = "me";
  known.context.options.password = "secret";
  known.client().ping();
  known.client().ping();
  CHECK(known.lines().size() == 3);
  RegistryBench wrong;
  wrong.registry.basic_auth = true;
  wrong.registry.users = {{"me", "secret"}};
  wrong.context.options.username = "me";
  wrong.context.options.password = "guess";
  const Error refused = error_of([&] { wrong.client().ping(); });
  CHECK(std::string(refused.message()).starts_with("registry.example refused the credentials from --username"));
  CHECK(wrong.lines().size() == 2);
}

TEST_CASE("a given token is sent at once, and is the only thing that is") {
  RegistryBench bench;
  bench.context.options.token = "given";
  bench.before = [](const RecordedRequest& request) {
    CHECK(request.header("Authorization") == "Bearer given");
    return response_of(401, {{"WWW-Authenticate", R"(Bearer realm="https://auth.example/token")"}});
  };
  CHECK(std::string(error_of([&] { bench.client().ping(); }).message())
            .starts_with("registry.example refused the credentials from --token-file"));
  CHECK(bench.lines().size() == 1);
}

TEST_CASE("an identity token is exchanged by POST") {
  TokenBench bench;
  bench.registry.users = {{"x", "identity"}};
  bench.variables["DOCKER_AUTH_CONFIG"] = R"({"auths":{"registry.example":{"identitytoken":"identity"}}})";
  bench.get();
  const auto request = bench.http.requests()[1];
  CHECK(request.line() == "POST https://auth.example/token");
  CHECK(request.body ==
        "grant_type=refresh_token&service=registry.example&client_id=sidecarctl&scope=repository%3Ateam%2Fapp%3Apull&"
        "refresh_token=identity");
  CHECK(bench.client().auth_source() == "$DOCKER_AUTH_CONFIG");
}

TEST_CASE("a token server without GET is asked by POST") {
  TokenBench bench;
  bench.log_in();
  const int status = GENERATE(404, 405);
  bench.before = [&](const RecordedRequest& request) {
    if (request.line().starts_with("GET https://auth.example")) return response_of(status);
    if (request.line().starts_with("POST https://auth.example")) {
      CHECK(request.body.find("grant_type=password") != std::string::npos);
      return response_of(200, {}, R"({"access_token":"posted"})");
    }
    return request.header("Authorization") == "Bearer posted" ? response_of(200, {{"Content-Type", kType}}, "{}")
                                                              : bench.registry(request);
  };
  CHECK(bench.get().bytes == "{}");
}

TEST_CASE("answers of token servers that cannot be used are refused") {
  const std::string body =
      GENERATE(std::string("{}"), std::string("{\"token\":\"\"}"), std::string("[]"), std::string("no json"),
               std::string("{\"token\":\"a\\r\\nX-Injected: 1\"}"),
               "{\"token\":\"" + std::string(32 * 1024 + 1, 'x') + "\"}", std::string(1024 * 1024 + 1, ' '));
  INFO(body.substr(0, 40));
  TokenBench bench;
  bench.before = [&](const RecordedRequest& request) {
    return request.url.find("auth.example") != std::string::npos ? response_of(200, {}, body) : bench.registry(request);
  };
  CHECK_THROWS_AS(bench.get(), Error);
  CHECK(bench.lines().size() == 2);
}

TEST_CASE("threads that need the same token share one fetch") {
  TokenBench bench;
  std::vector<std::thread> threads;
  std::mutex mutex;
  bench.before = [&](const RecordedRequest& request) {
    const std::lock_guard guard(mutex);
    return bench.registry(request);
  };
  bench.client();
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { right += bench.get().bytes == "{}" ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  CHECK(right == 8);
  CHECK(bench.token_requests() == 1);
}

TEST_CASE("credentials go only to token servers that may have them") {
  struct Row {
    const char *registry, *realm;
    bool allowed;
  };
  const Row rows[] = {{"https://registry.example/v2/", "https://auth.example/token", true},
                      {"https://registry.example/v2/", "http://auth.example/token", false},
                      {"https://registry.example/v2/", "http://registry.example/token", false},
                      {"https://registry.example/v2/", "https://169.254.169.254/token", false},
                      {"https://registry.example/v2/", "https://10.0.0.1/token", false},
                      {"https://registry.example/v2/", "https://127.0.0.1/token", false},
                      {"http://localhost:5000/v2/", "http://localhost:5001/token", true},
                      {"http://10.0.0.1:5000/v2/", "http://10.0.0.2/token", true},
                      {"http://10.0.0.1:5000/v2/", "http://169.254.169.254/token", false},
                      {"https://registry.example/v2/", "https://registry.example:8443/token", true}};
  for (const Row& row : rows) {
    INFO(row.registry << " " << row.realm);
    const auto check = [&] { check_realm(*try_parse_url(row.registry), *try_parse_url(row.realm)); };
    if (row.allowed) {
      CHECK_NOTHROW(check());
    } else {
      CHECK(error_of(check).kind() == ErrorKind::registry);
    }
  }
}

TEST_CASE("ways of authentication that are not known are named") {
  RegistryBench bench;
  bench.before = [](const RecordedRequest&) {
    return response_of(401, {{"WWW-Authenticate", "Negotiate"}, {"WWW-Authenticate", "NTLM"}});
  };
  CHECK(error_of([&] { bench.client().ping(); }).message() ==
        "registry.example wants a way of authentication that is not supported: negotiate, ntlm");
}

TEST_CASE("a scope that the challenge adds is asked for too, ours first") {
  TokenBench bench;
  bench.before = [&](const RecordedRequest& request) {
    if (request.url.find("auth.example") != std::string::npos || request.header("Authorization"))
      return bench.registry(request);
    return response_of(401, {{"WWW-Authenticate",
                              R"(Bearer realm="https://auth.example/token",scope="repository:team/app:delete,pull")"}});
  };
  bench.get();
  CHECK(bench.registry.tokens() ==
        std::vector<std::string>{"repository:team/app:pull repository:team/app:delete,pull"});
}
