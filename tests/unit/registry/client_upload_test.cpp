// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/registry_bench.hpp"

using namespace sidecarctl;
using namespace sidecarctl::test;
using Reason = HttpError::Reason;

namespace {

constexpr const char* kUploads = "/v2/team/app/blobs/uploads/";

UploadResult upload(RegistryBench& bench, const std::string& bytes) {
  return bench.client().upload_blob("team/app", blob_of(bytes), opener_of(bytes), {});
}

HttpResponse drop() {
  throw HttpError(Reason::broken, ErrorKind::network, "connection reset");
}

}  // namespace

TEST_CASE("a blob of known digest is one POST and one PUT") {
  RegistryBench bench;
  bench.registry.relative_locations = GENERATE(false, true);
  std::uint64_t sent = 0;
  const UploadResult result = bench.client().upload_blob("team/app", blob_of("bytes"), opener_of("bytes"),
                                                         [&](std::uint64_t count) { sent = count; });
  CHECK(bench.registry.has_blob("team/app", blob_of("bytes").digest.str()));
  CHECK(result.bytes_sent == 5);
  CHECK(result.retries == 0);
  CHECK(sent == 5);
  const auto requests = bench.http.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].line() == "POST https://registry.example/v2/team/app/blobs/uploads/");
  CHECK(requests[1].url.find("_state=s1%2Fx==&digest=sha256%3A") != std::string::npos);
  CHECK(requests[1].header("Content-Type") == "application/octet-stream");
  CHECK(requests[1].body_size == 5U);
  CHECK_FALSE(requests[1].expect_continue);
}

TEST_CASE("a stream is one PATCH without a range, then a PUT with what it turned out to be") {
  RegistryBench bench;
  const UploadResult result = bench.client().upload_stream("team/app", "type", opener_of("streamed"), {});
  CHECK(bench.registry.has_blob("team/app", blob_of("streamed").digest.str()));
  CHECK(result.descriptor.digest == blob_of("streamed").digest);
  CHECK(result.descriptor.size == 8);
  CHECK(result.descriptor.media_type == "type");
  const auto requests = bench.http.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[1].method == HttpMethod::patch);
  CHECK_FALSE(requests[1].body_size);
  CHECK_FALSE(requests[1].header("Content-Range"));
  CHECK_FALSE(requests[2].had_body);
  CHECK(bench.registry.open_sessions() == 0);
}

TEST_CASE("only the first large body of a host asks before it is sent") {
  RegistryBench bench;
  for (const char letter : {'a', 'b'}) upload(bench, std::string(1024 * 1024, letter));
  const auto requests = bench.http.requests();
  CHECK(requests[1].expect_continue);
  CHECK_FALSE(requests[3].expect_continue);
}

TEST_CASE("a lost session starts again, whatever the registry calls it") {
  struct Row {
    const char* what;
    std::function<HttpResponse()> fault;
  };
  const Row rows[] = {{"unknown", [] { return registry_error(404, "BLOB_UPLOAD_UNKNOWN"); }},
                      {"invalid", [] { return registry_error(404, "BLOB_UPLOAD_INVALID"); }},
                      {"ECR", [] { return registry_error(400, "BLOB_UPLOAD_INVALID"); }},
                      {"416", [] { return response_of(416); }},
                      {"broken connection", drop},
                      {"503", [] { return response_of(503); }}};
  for (const Row& row : rows) {
    for (const bool stream : {false, true}) {
      INFO(row.what << (stream ? ", stream" : ", whole"));
      RegistryBench bench;
      bench.registry.fail_next(std::string(stream ? "PATCH " : "PUT ") + kUploads, row.fault);
      const UploadResult result =
          stream ? bench.client().upload_stream("team/app", "t", opener_of("bytes"), {}) : upload(bench, "bytes");
      CHECK(result.retries == 1);
      CHECK(bench.registry.has_blob("team/app", blob_of("bytes").digest.str()));
      CHECK(bench.events.statuses.size() == 1);
    }
  }
}

TEST_CASE("a lost reply to the last request is settled by a question, not by sending again") {
  const bool stream = GENERATE(false, true);
  RegistryBench bench;
  bench.registry.fail_next(std::string("PUT ") + kUploads, drop, true);
  const UploadResult result =
      stream ? bench.client().upload_stream("team/app", "t", opener_of("bytes"), {}) : upload(bench, "bytes");
  CHECK(result.descriptor.digest == blob_of("bytes").digest);
  CHECK(result.descriptor.size == 5);
  const auto lines = bench.lines();
  CHECK(std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return line.starts_with("POST"); }) ==
        1);
  CHECK(std::any_of(lines.begin(), lines.end(), [](const std::string& line) { return line.starts_with("HEAD"); }));
}

TEST_CASE("after five sessions the upload fails, and nothing stays open") {
  RegistryBench bench;
  for (int i = 0; i < 5; ++i) bench.registry.fail_next(std::string("PUT ") + kUploads, drop);
  const Error error = error_of([&] { upload(bench, "bytes"); });
  CHECK(error.kind() == ErrorKind::network);
  CHECK(error.message() == "connection reset");
  CHECK(bench.registry.open_sessions() == 0);
}

TEST_CASE("a refusal is final and the session is cancelled") {
  RegistryBench bench;
  bench.registry.fail_next(std::string("PUT ") + kUploads,
                           [] { return registry_error(403, "DENIED", "quota exceeded"); });
  const Error error = error_of([&] { upload(bench, "bytes"); });
  CHECK(error.kind() == ErrorKind::denied);
  CHECK(std::string(error.message()).find("quota exceeded") != std::string::npos);
  CHECK(bench.lines().back().starts_with("DELETE https://registry.example/v2/team/app/blobs/uploads/"));
  CHECK(bench.registry.open_sessions() == 0);
}

TEST_CASE("an exception of the source ends the upload, and the session is cancelled even after Ctrl-C") {
  RegistryBench bench;
  const SourceOpener broken = [&]() -> std::unique_ptr<ByteSource> {
    bench.cancel.cancel(2);
    throw Error(ErrorKind::interrupted, "interrupted");
  };
  CHECK(error_of([&] { bench.client().upload_blob("team/app", blob_of("x"), broken, {}); }).kind() ==
        ErrorKind::interrupted);
  CHECK(bench.registry.open_sessions() == 0);
  CHECK(bench.events.statuses.empty());
}

TEST_CASE("messages of refused uploads say what to do") {
  struct Row {
    const char* request;
    std::function<HttpResponse()> fault;
    const char *part, *hint;
  };
  const std::string put = std::string("PUT ") + kUploads;
  const Row rows[] = {
      {"PUT /v2/team/app/blobs/uploads/",
       [] {
         return response_of(413, {{"Server", "nginx"}}, "<html><title>413 Request Entity Too Large</title>");
       },
       "a proxy before registry.example limits the size of requests", "client_max_body_size"},
      {"POST /v2/team/app/blobs/uploads/", [] { return registry_error(404, "NAME_UNKNOWN", "no such repository"); },
       "the repository 'team/app' does not exist on registry.example and is not created automatically", "create it"},
      {"POST /v2/team/app/blobs/uploads/", [] { return registry_error(405, "UNSUPPORTED"); },
       "registry.example is read-only", ""},
      {"POST /v2/team/app/blobs/uploads/", [] { return registry_error(401, "UNAUTHORIZED"); },
       "no credentials for registry.example", "sidecarctl login registry.example"},
      {"POST /v2/team/app/blobs/uploads/",
       [] {
         return response_of(200, {{"Content-Type", "text/html"}}, "<title>Welcome</title>");
       },
       "answered with success but did not do it: status 200: Welcome", "is this a registry?"},
      {"POST /v2/team/app/blobs/uploads/", [] { return response_of(202); }, "sent an upload without a Location", ""},
      {"PUT /v2/team/app/blobs/uploads/", [] { return registry_error(400, "DIGEST_INVALID"); }, "DIGEST_INVALID", ""}};
  for (const Row& row : rows) {
    INFO(row.part);
    RegistryBench bench;
    bench.registry.fail_next(row.request, row.fault);
    const Error error = error_of([&] { upload(bench, "bytes"); });
    CHECK(std::string(error.message()).find(row.part) != std::string::npos);
    CHECK(error.hint().value_or("").find(row.hint) != std::string::npos);
  }
}

TEST_CASE("a registry that stored other bytes is found out") {
  RegistryBench bench;
  const std::string other = blob_of("other").digest.str();
  bench.registry.fail_next(std::string("PUT ") + kUploads, [&] {
    return response_of(201, {{"Docker-Content-Digest", other}});
  });
  const Error error = error_of([&] { upload(bench, "bytes"); });
  CHECK(error.kind() == ErrorKind::corrupt);
  CHECK(std::string(error.message()).find(other) != std::string::npos);
}

TEST_CASE("another host in a Location gets the bytes and no credentials") {
  RegistryBench bench;
  bench.registry.basic_auth = true;
  bench.registry.users = {{"me", "secret"}};
  bench.context.options.username = "me";
  bench.context.options.password = "secret";
  bench.registry.location_origin = "https://uploads.example";
  bench.before = [&](const RecordedRequest& request) {
    if (request.url.starts_with("https://uploads.example")) {
      return response_of(201, {{"Docker-Content-Digest", blob_of("bytes").digest.str()}});
    }
    return bench.registry(request);
  };
  upload(bench, "bytes");
  const auto requests = bench.http.requests();
  CHECK(requests.back().url.starts_with("https://uploads.example/"));
  CHECK_FALSE(requests.back().header("Authorization"));
  CHECK(requests[1].header("Authorization"));
}

TEST_CASE("a Location with the wrong scheme is corrected, with one warning") {
  RegistryBench bench;
  bench.registry.location_origin = "http://registry.example";
  upload(bench, "one");
  upload(bench, "two");
  CHECK(bench.registry.has_blob("team/app", blob_of("two").digest.str()));
  REQUIRE(bench.events.warnings.size() == 1);
  CHECK(bench.events.warnings[0].find("X-Forwarded-Proto") != std::string::npos);
}

TEST_CASE("a refusal of another host is not said to be the registry's") {
  RegistryBench bench;
  bench.registry.location_origin = "https://uploads.example";
  bench.before = [&](const RecordedRequest& request) {
    if (request.url.starts_with("https://uploads.example")) return registry_error(403, "DENIED", "no");
    return bench.registry(request);
  };
  CHECK_THAT(std::string(error_of([&] { upload(bench, "bytes"); }).message()),
             Catch::StartsWith("uploads.example, where registry.example sent us with the blob sha256:") &&
                 Catch::EndsWith("answered status 403 DENIED: no"));
}

TEST_CASE("a Location inside a private network is refused") {
  RegistryBench bench;
  bench.registry.location_origin = "https://169.254.169.254";
  const Error error = error_of([&] { upload(bench, "bytes"); });
  CHECK(error.kind() == ErrorKind::registry);
  CHECK(std::string(error.message()).find("169.254.169.254") != std::string::npos);
}
