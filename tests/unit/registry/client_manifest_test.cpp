// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/registry_bench.hpp"

using namespace sidecarctl;
using namespace sidecarctl::test;
using Reason = HttpError::Reason;

namespace {

const std::string kType(media_type::oci_manifest);

RawManifest manifest_of(const std::string& bytes) {
  return {kType, bytes};
}

HttpResponse drop() {
  throw HttpError(Reason::broken, ErrorKind::network, "connection reset");
}

std::string text_of(ByteSource& source) {
  return read_all(source, 1ULL << 20, "bytes");
}

}  // namespace

TEST_CASE("a manifest is put and read back by tag and by digest") {
  RegistryBench bench;
  const RawManifest manifest = manifest_of("{\"a\":1}");
  bench.client().put_manifest(bench.reference("team/app:1.0"), manifest);
  const auto head = bench.client().head_manifest(bench.reference("team/app:1.0"));
  REQUIRE(head);
  CHECK(head->digest == manifest.digest());
  CHECK(head->size == 7);
  CHECK(head->media_type == kType);
  const RawManifest again = bench.client().get_manifest(bench.reference("team/app@" + manifest.digest().str()));
  CHECK(again.bytes == manifest.bytes);
  CHECK(again.media_type == kType);
  CHECK_FALSE(bench.client().head_manifest(bench.reference("team/app:none")));
  const Error error = error_of([&] { bench.client().get_manifest(bench.reference("team/app:none")); });
  CHECK(error.kind() == ErrorKind::not_found);
  CHECK(error.message() == "registry.example does not have the manifest 'team/app:none'");
}

TEST_CASE("manifest and blob of an open registry are two requests") {
  RegistryBench bench;
  bench.registry.put_manifest("team/app", "1.0", kType, "{}");
  bench.registry.put_blob("team/app", "config");
  bench.client().get_manifest(bench.reference("team/app:1.0"));
  CHECK(text_of(*bench.client().open_blob("team/app", blob_of("config"))) == "config");
  CHECK(bench.lines().size() == 2);
}

TEST_CASE("bytes that do not have the digest asked for or announced are refused") {
  RegistryBench bench;
  const Digest other = Digest::sha256_of("other");
  bench.registry.fail_next("GET /v2/team/app/manifests/", [] {
    return response_of(200, {{"Content-Type", kType}}, "{}");
  });
  CHECK(error_of([&] { bench.client().get_manifest(bench.reference("team/app@" + other.str())); }).kind() ==
        ErrorKind::corrupt);
  bench.registry.fail_next("GET /v2/team/app/manifests/", [&] {
    return response_of(200, {{"Content-Type", kType}, {"Docker-Content-Digest", other.str()}}, "{}");
  });
  const Error error = error_of([&] { bench.client().get_manifest(bench.reference("team/app:1.0")); });
  CHECK(error.kind() == ErrorKind::corrupt);
  CHECK(std::string(error.message()).find(other.str()) != std::string::npos);
}

TEST_CASE("a manifest of 4 MiB is read, one byte more is not") {
  for (const std::uint64_t size : {kMaxManifestSize, kMaxManifestSize + 1}) {
    RegistryBench bench;
    bench.registry.put_manifest("team/app", "1.0", kType, std::string(size, 'x'));
    const auto get = [&] { return bench.client().get_manifest(bench.reference("team/app:1.0")).bytes.size(); };
    if (size == kMaxManifestSize) {
      CHECK(get() == size);
    } else {
      CHECK(error_of(get).kind() == ErrorKind::corrupt);
    }
  }
}

TEST_CASE("a manifest whose body breaks is asked for again") {
  RegistryBench bench;
  bench.registry.put_manifest("team/app", "1.0", kType, "{\"a\":1}");
  bench.registry.cut_next_body(3);
  CHECK(bench.client().get_manifest(bench.reference("team/app:1.0")).bytes == "{\"a\":1}");
  CHECK(bench.lines().size() == 2);
}

TEST_CASE("a HEAD that tells too little is followed by a GET") {
  RegistryBench bench;
  bench.registry.put_manifest("team/app", "1.0", kType, "{}");
  SECTION("no digest") {
    bench.registry.names_digests = false;
  }
  SECTION("403 without a reason") {
    bench.registry.fail_next("HEAD /v2/team/app/manifests/", [] { return response_of(403); });
  }
  SECTION("a server without HEAD") {
    bench.registry.fail_next("HEAD /v2/team/app/manifests/", [] { return response_of(405); });
  }
  const auto head = bench.client().head_manifest(bench.reference("team/app:1.0"));
  REQUIRE(head);
  CHECK(head->digest == Digest::sha256_of("{}"));
  CHECK(head->size == 2);
}

TEST_CASE("a 403 to HEAD is absence when GET says so, and a refusal with its text when not") {
  RegistryBench bench;
  bench.registry.fail_next("HEAD /v2/team/app/manifests/", [] { return response_of(403); });
  CHECK_FALSE(bench.client().head_manifest(bench.reference("team/app:1.0")));
  bench.registry.fail_next("HEAD /v2/team/app/manifests/", [] { return response_of(403); });
  bench.registry.fail_next("GET /v2/team/app/manifests/",
                           [] { return registry_error(403, "DENIED", "ask the owner"); });
  const Error error = error_of([&] { bench.client().head_manifest(bench.reference("team/app:1.0")); });
  CHECK(error.kind() == ErrorKind::denied);
  CHECK(error.message() ==
        "not logged in, and not allowed to read from registry.example/team/app: status 403 DENIED: ask the owner");
}

TEST_CASE("a lost reply to a manifest PUT, and an immutable tag that is right already, are no failures") {
  RegistryBench bench;
  bench.registry.immutable_tags = {"1.0"};
  bench.registry.fail_next("PUT /v2/team/app/manifests/1.0", drop, true);
  bench.client().put_manifest(bench.reference("team/app:1.0"), manifest_of("{}"));
  const Error error =
      error_of([&] { bench.client().put_manifest(bench.reference("team/app:1.0"), manifest_of("{ }")); });
  CHECK(std::string(error.message()).find("immutable") != std::string::npos);
  CHECK(error.hint()->find("new one") != std::string::npos);
  CHECK(bench.registry.manifest("team/app", "1.0") == "{}");
}

TEST_CASE("success that is none is a failure") {
  RegistryBench bench;
  const auto put = [&] { bench.client().put_manifest(bench.reference("team/app:1.0"), manifest_of("{}")); };
  bench.registry.fail_next("PUT /v2/team/app/manifests/",
                           [] { return response_of(200, {}, "<html><title>Portal</title>"); });
  CHECK(std::string(error_of(put).message()).find("Portal") != std::string::npos);
  bench.registry.fail_next("PUT /v2/team/app/manifests/", [] { return registry_error(201, "MANIFEST_INVALID"); });
  CHECK(std::string(error_of(put).message()).find("MANIFEST_INVALID") != std::string::npos);
  bench.registry.fail_next("PUT /v2/team/app/manifests/", [] {
    return response_of(201, {{"Docker-Content-Digest", Digest::sha256_of("x").str()}});
  });
  CHECK(error_of(put).kind() == ErrorKind::corrupt);
}

TEST_CASE("ping tells a registry from a website") {
  RegistryBench bench;
  CHECK_NOTHROW(bench.client().ping());
  bench.registry.fail_next("GET /v2/", [] {
    return response_of(200, {{"Content-Type", "text/html; charset=utf-8"}}, "<html>");
  });
  CHECK(error_of([&] { bench.client().ping(); }).message() ==
        "https://registry.example/v2/ answered text/html; is this a registry?");
  bench.registry.fail_next("GET /v2/", [] { return response_of(404, {}, "nothing here"); });
  CHECK(std::string(error_of([&] { bench.client().ping(); }).message())
            .starts_with("registry.example is not a registry: status 404"));
}

TEST_CASE("a blob that is there, is not there, or may not be asked for") {
  RegistryBench bench;
  bench.registry.put_blob("team/app", "bytes");
  CHECK(bench.client().has_blob("team/app", blob_of("bytes").digest));
  CHECK_FALSE(bench.client().has_blob("team/app", blob_of("other").digest));
  bench.registry.fail_next("HEAD /v2/team/app/blobs/", [] { return response_of(403); });
  bench.registry.fail_next("GET /v2/team/app/blobs/", [] { return registry_error(403, "DENIED", "no"); });
  CHECK(error_of([&] { bench.client().has_blob("team/app", blob_of("bytes").digest); }).kind() == ErrorKind::denied);
  bench.registry.blob_redirect = "https://cdn.example/blobs/";
  CHECK(bench.client().has_blob("team/app", blob_of("bytes").digest));
}

TEST_CASE("a download follows redirects without credentials and goes on where it broke") {
  RegistryBench bench;
  bench.registry.basic_auth = true;
  bench.registry.users = {{"me", "secret"}};
  bench.context.options.username = "me";
  bench.context.options.password = "secret";
  bench.registry.put_blob("team/app", "0123456789");
  bench.registry.blob_redirect = "https://cdn.example/blobs/";
  bench.registry.cut_next_body(4);
  CHECK(text_of(*bench.client().open_blob("team/app", blob_of("0123456789"))) == "0123456789");
  const auto requests = bench.http.requests();
  CHECK(requests.back().url.starts_with("https://cdn.example/"));
  CHECK(requests.back().header("Range") == "bytes=4-");
  CHECK_FALSE(requests.back().header("Authorization"));
}

TEST_CASE("a download goes on even if the server ends early without a word, or knows no Range") {
  RegistryBench bench;
  bench.registry.put_blob("team/app", "0123456789");
  bench.registry.fail_next("GET /v2/team/app/blobs/", [] { return response_of(200, {}, "0123"); });
  SECTION("with Range") {}
  SECTION("without") {
    bench.registry.fail_next("GET /v2/team/app/blobs/", [] { return response_of(200, {}, "0123456789"); });
  }
  SECTION("from an earlier byte") {
    bench.registry.fail_next("GET /v2/team/app/blobs/", [] {
      return response_of(206, {{"Content-Range", "bytes 2-9/10"}}, "23456789");
    });
  }
  CHECK(text_of(*bench.client().open_blob("team/app", blob_of("0123456789"))) == "0123456789");
}

TEST_CASE("a download without progress ends, and throws for ever") {
  RegistryBench bench;
  for (int i = 0; i < 6; ++i) {
    bench.registry.fail_next("GET /v2/team/app/blobs/", [] { return response_of(206, {}, ""); });
  }
  auto source = bench.client().open_blob("team/app", blob_of("0123456789"));
  for (int i = 0; i < 2; ++i) {
    CHECK(std::string(error_of([&] { text_of(*source); }).message()).find("ended after 0 of 10 bytes") !=
          std::string::npos);
  }
  CHECK(bench.lines().size() == 5);
}

TEST_CASE("a blob that is longer than promised gives one byte more, not all") {
  RegistryBench bench;
  bench.registry.fail_next("GET /v2/team/app/blobs/", [] { return response_of(200, {}, std::string(100, 'x')); });
  CHECK(text_of(*bench.client().open_blob("team/app", blob_of("0123456789"))).size() == 11);
}

TEST_CASE("redirects in a circle end") {
  RegistryBench bench;
  bench.before = [](const RecordedRequest& request) { return response_of(307, {{"Location", request.url}}); };
  const Error error = error_of([&] { bench.client().open_blob("team/app", blob_of("x")); });
  CHECK(std::string(error.message()).find("redirects more than 5 times") != std::string::npos);
  CHECK(bench.lines().size() == 6);
}

TEST_CASE("loopback: https first, plain http if the server does not speak TLS, found out once") {
  RegistryBench bench("localhost:5000");
  bench.registry.scheme = "http";
  bench.before = [&](const RecordedRequest& request) {
    if (request.url.starts_with("https://")) throw HttpError(Reason::not_tls, ErrorKind::network, "no TLS");
    return response_of(200, {}, "{}");
  };
  bench.client().ping();
  bench.client().ping();
  CHECK(bench.lines() == std::vector<std::string>{"GET https://localhost:5000/v2/", "GET http://localhost:5000/v2/",
                                                  "GET http://localhost:5000/v2/"});
}

TEST_CASE("loopback: the question about TLS carries no credentials, and is no reason to trust the certificate") {
  RegistryBench bench("127.0.0.1:5000");
  bench.context.options.token = "secret";
  std::vector<bool> verified;
  bench.context.make_transport = [&](HttpOptions options) {
    verified.push_back(options.verify_tls);
    return std::make_unique<SharedTransport>(bench.http);
  };
  bench.before = [&](const RecordedRequest&) { return response_of(200, {}, "{}"); };
  bench.client().ping();
  CHECK(bench.lines() == std::vector<std::string>{"GET https://127.0.0.1:5000/v2/", "GET https://127.0.0.1:5000/v2/"});
  CHECK(verified == std::vector<bool>{true, false});
  CHECK_FALSE(bench.http.requests()[0].header("Authorization"));
  CHECK(bench.http.requests()[1].header("Authorization"));
}

TEST_CASE("loopback: nobody there is an answer, at once") {
  RegistryBench bench("127.0.0.1:5000");
  bench.before = [](const RecordedRequest&) -> HttpResponse {
    throw HttpError(Reason::connect, ErrorKind::network, "refused");
  };
  CHECK(error_of([&] { bench.client().ping(); }).message() == "refused");
  CHECK(bench.lines().size() == 1);
  CHECK(bench.clock.slept() == std::chrono::milliseconds(0));
}

TEST_CASE("other hosts get plain http only when asked for, and the hub's API has a host of its own") {
  RegistryBench bench;
  bench.before = [](const RecordedRequest&) -> HttpResponse {
    throw HttpError(Reason::not_tls, ErrorKind::network, "no TLS");
  };
  CHECK(error_of([&] { bench.client().ping(); }).message() == "no TLS");
  RegistryBench plain;
  plain.context.options.plain_http = true;
  plain.client().ping();
  CHECK(plain.lines() == std::vector<std::string>{"GET http://registry.example/v2/"});
  RegistryBench hub("docker.io");
  hub.before = [](const RecordedRequest&) { return response_of(200); };
  hub.client().ping();
  CHECK(hub.lines() == std::vector<std::string>{"GET https://registry-1.docker.io/v2/"});
}

TEST_CASE("warnings of the registry are said once") {
  RegistryBench bench;
  bench.before = [](const RecordedRequest&) {
    return response_of(200, {{"Warning", "299 - \"tag \\\"1\\\" is going away\""}, {"Warning", "110 - \"stale\""}},
                       "{}");
  };
  bench.client().ping();
  bench.client().ping();
  CHECK(bench.events.warnings == std::vector<std::string>{"registry warning: tag \"1\" is going away"});
}
