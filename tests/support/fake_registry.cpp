// SPDX-License-Identifier: Apache-2.0
#include "support/fake_registry.hpp"

#include "http/url.hpp"
#include "image/digest.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl::test {

namespace {

std::string digest_of(const std::string& bytes) {
  return Digest::sha256_of(bytes).str();
}

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      result += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::vector<std::string> query_values(const std::string& query, const std::string& name) {
  std::vector<std::string> values;
  for (const std::string& pair : split(query, '&')) {
    if (pair.starts_with(name + "=")) values.push_back(decoded(std::string_view(pair).substr(name.size() + 1)));
  }
  return values;
}

std::string query_value(const std::string& query, const std::string& name) {
  const auto values = query_values(query, name);
  return values.empty() ? "" : values.front();
}

/// Delivers some bytes, then breaks.
class BreakingSource final : public ByteSource {
 public:
  explicit BreakingSource(std::string text) : inner_(std::move(text)) {}
  std::size_t read(std::span<std::byte> out) override {
    const std::size_t got = inner_.read(out);
    if (got == 0) throw HttpError(HttpError::Reason::broken, ErrorKind::network, "the body broke");
    return got;
  }

 private:
  StringSource inner_;
};

}  // namespace

HttpResponse registry_error(int status, const std::string& code, const std::string& message) {
  return response_of(status, {{"Content-Type", "application/json"}},
                     fmt::format(R"({{"errors":[{{"code":"{}","message":"{}"}}]}})", code, message));
}

void FakeRegistry::fail_next(const std::string& start, std::function<HttpResponse()> fault, bool after) {
  faults_.push_back({start, std::move(fault), after});
}

void FakeRegistry::cut_next_body(std::size_t bytes) {
  cut_ = bytes;
}

void FakeRegistry::put_blob(const std::string& repository, const std::string& bytes) {
  blobs_[repository][digest_of(bytes)] = bytes;
}

bool FakeRegistry::has_blob(const std::string& repository, const std::string& digest) const {
  const auto at = blobs_.find(repository);
  return at != blobs_.end() && at->second.count(digest) != 0;
}

std::string FakeRegistry::manifest(const std::string& repository, const std::string& name) const {
  const auto at = manifests_.find(repository);
  if (at == manifests_.end() || at->second.count(name) == 0) return "";
  return at->second.at(name).bytes;
}

void FakeRegistry::put_manifest(const std::string& repository, const std::string& tag, const std::string& type,
                                const std::string& bytes) {
  manifests_[repository][tag] = {type, bytes};
  manifests_[repository][digest_of(bytes)] = {type, bytes};
}

HttpResponse FakeRegistry::operator()(const RecordedRequest& request) {
  const auto url = try_parse_url(request.url);
  if (!url) throw std::logic_error("not a URL: " + request.url);
  const std::string query = url->query.value_or("");
  const std::string line = std::string(to_string(request.method)) + " " + url->path;
  const auto fault = std::find_if(faults_.begin(), faults_.end(),
                                  [&](const PlannedFault& one) { return line.starts_with(one.start); });
  if (fault != faults_.end()) {
    const PlannedFault planned = *fault;
    faults_.erase(fault);
    if (planned.after) serve(request, url->path, query);
    return planned.make();
  }
  if (url->host == "auth.example") return serve_token(request, query);
  if (!blob_redirect.empty() && request.url.starts_with(blob_redirect)) {
    if (request.header("Authorization")) return response_of(400, {}, "only one auth mechanism allowed");
    for (const auto& [repository, blobs] : blobs_) {
      const auto at = blobs.find(request.url.substr(blob_redirect.size()));
      if (at != blobs.end()) return bytes_of(request, at->second, {});
    }
    return response_of(404);
  }
  if (url->host != host_ && location_origin.find(url->host) == std::string::npos)
    throw std::logic_error("no such host: " + request.url);
  return serve(request, url->path, query);
}

std::optional<HttpResponse> FakeRegistry::unauthorised(const RecordedRequest& request, const std::string& repository) {
  const std::string given = request.header("Authorization").value_or("");
  if (basic_auth) {
    for (const auto& [user, password] : users) {
      if (given == "Basic " + base64_encode(user + ":" + password)) return std::nullopt;
    }
    return response_of(401, {{"WWW-Authenticate", "Basic realm=\"Registry Realm\""}},
                       R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]})");
  }
  if (!bearer_auth) return std::nullopt;
  const std::string actions =
      request.method == HttpMethod::get || request.method == HttpMethod::head ? "pull" : "pull,push";
  const std::string scope = repository.empty() ? "" : fmt::format("repository:{}:{}", repository, actions);
  for (const std::string& token : valid_tokens_) {
    if (given == "Bearer " + token && (token.find(scope + ";") != std::string::npos || actions == "pull"))
      return std::nullopt;
  }
  return response_of(
      401,
      {{"Www-Authenticate",
        fmt::format(R"(Bearer realm="https://auth.example/token",service="{}",scope="{}")", host_, scope)}},
      R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]})");
}

HttpResponse FakeRegistry::serve_token(const RecordedRequest& request, const std::string& query) {
  const std::string form = request.method == HttpMethod::post ? request.body : query;
  const std::string given = request.header("Authorization").value_or("");
  bool known = users.empty();
  for (const auto& [user, password] : users) {
    known = known || given == "Basic " + base64_encode(user + ":" + password) ||
            query_value(form, "refresh_token") == password;
  }
  if (!known) return response_of(401, {}, R"({"details":"incorrect username or password"})");
  const std::string scope = join(query_values(form, "scope"), " ");
  tokens_.push_back(scope);
  const std::string token = fmt::format("t{};{};", ++counter_, replace_all(scope, " ", ";"));
  valid_tokens_.insert(token);
  return response_of(200, {}, fmt::format(R"({{"token":"{}","expires_in":{}}})", token, token_lifetime));
}

HttpResponse FakeRegistry::serve(const RecordedRequest& request, const std::string& path, const std::string& query) {
  std::string repository, rest;
  for (const std::string kind : {"/blobs/uploads/", "/blobs/", "/manifests/"}) {
    const std::size_t at = path.find(kind);
    if (path.starts_with("/v2/") && at != std::string::npos && repository.empty()) {
      repository = path.substr(4, at - 4);
      rest = path.substr(at);
    }
  }
  if (auto refusal = unauthorised(request, repository)) return std::move(*refusal);
  if (path == "/v2/") return response_of(200, {{"Docker-Distribution-Api-Version", "registry/2.0"}}, "{}");
  if (rest.starts_with("/blobs/uploads/")) return serve_upload(request, repository, rest.substr(15), query);
  if (rest.starts_with("/blobs/")) return serve_blob(request, repository, rest.substr(7));
  if (rest.starts_with("/manifests/")) return serve_manifest(request, repository, rest.substr(11));
  return response_of(404, {}, "404 page not found\n");
}

HttpResponse FakeRegistry::bytes_of(const RecordedRequest& request, const std::string& bytes, Headers headers) {
  std::size_t start = 0;
  int status = 200;
  if (const auto range = request.header("Range"); range && range->starts_with("bytes=")) {
    start = std::stoul(range->substr(6));
    if (start >= bytes.size()) return response_of(416);
    headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", start, bytes.size() - 1, bytes.size()));
    status = 206;
  }
  std::string part = bytes.substr(start);
  headers.emplace_back("Content-Length", std::to_string(part.size()));
  if (request.method == HttpMethod::head) return response_of(status, std::move(headers));
  HttpResponse response = response_of(status, std::move(headers), part);
  if (cut_) {
    response.body = std::make_unique<BreakingSource>(part.substr(0, *cut_));
    cut_.reset();
  }
  return response;
}

HttpResponse FakeRegistry::serve_blob(const RecordedRequest& request, const std::string& repository,
                                      const std::string& digest) {
  if (!has_blob(repository, digest)) return registry_error(404, "BLOB_UNKNOWN", "blob unknown to registry");
  if (!blob_redirect.empty()) return response_of(307, {{"Location", blob_redirect + digest}});
  Headers headers{{"Content-Type", "application/octet-stream"}};
  if (names_digests) headers.emplace_back("Docker-Content-Digest", digest);
  return bytes_of(request, blobs_[repository][digest], headers);
}

HttpResponse FakeRegistry::serve_manifest(const RecordedRequest& request, const std::string& repository,
                                          const std::string& name) {
  if (request.method == HttpMethod::put) return store_manifest(request, repository, name);
  const auto at = manifests_[repository].find(name);
  const bool accepted = at != manifests_[repository].end() &&
                        request.header("Accept").value_or("").find(at->second.type) != std::string::npos;
  if (!accepted) return registry_error(404, "MANIFEST_UNKNOWN", "manifest unknown");
  Headers headers{{"Content-Type", at->second.type}};
  if (names_digests) headers.emplace_back("Docker-Content-Digest", digest_of(at->second.bytes));
  return bytes_of(request, at->second.bytes, headers);
}

HttpResponse FakeRegistry::store_manifest(const RecordedRequest& request, const std::string& repository,
                                          const std::string& name) {
  const std::string type = request.header("Content-Type").value_or("");
  if (type.empty()) return registry_error(400, "MANIFEST_INVALID", "manifest invalid");
  if (immutable_tags.count(name) != 0 && manifests_[repository].count(name) != 0) {
    return registry_error(400, "TAG_INVALID", "the tag is immutable");
  }
  put_manifest(repository, name, type, request.body);
  Headers headers{{"Location", location(repository, "x")}};
  if (names_digests) headers.emplace_back("Docker-Content-Digest", digest_of(request.body));
  return response_of(201, headers);
}

std::string FakeRegistry::location(const std::string& repository, const std::string& id) const {
  const std::string path = fmt::format("/v2/{}/blobs/uploads/{}?_state={}", repository, id,
                                       sessions_.count(id) ? sessions_.at(id).state : "");
  if (relative_locations) return path;
  return (location_origin.empty() ? fmt::format("{}://{}", scheme, host_) : location_origin) + path;
}

HttpResponse FakeRegistry::serve_upload(const RecordedRequest& request, const std::string& repository,
                                        const std::string& id, const std::string& query) {
  if (request.method == HttpMethod::post) {
    const std::string fresh = fmt::format("session-{}", ++counter_);
    sessions_[fresh] = {repository, "", fmt::format("s{}%2Fx==", counter_)};
    return response_of(202,
                       {{"Location", location(repository, fresh)}, {"Range", "0-0"}, {"Docker-Upload-UUID", fresh}});
  }
  const auto at = sessions_.find(id);
  if (at == sessions_.end()) return registry_error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  Session& session = at->second;
  if (query.find("_state=" + session.state) == std::string::npos)
    return registry_error(404, "BLOB_UPLOAD_INVALID", "blob upload invalid");
  if (request.method == HttpMethod::del) {
    sessions_.erase(at);
    return response_of(204);
  }
  session.bytes += request.body;
  if (request.method == HttpMethod::patch) {
    session.state = fmt::format("s{}%2Fx==", ++counter_);
    return response_of(
        202, {{"Location", location(repository, id)}, {"Range", fmt::format("0-{}", session.bytes.size() - 1)}});
  }
  const std::string digest = query_value(query, "digest");
  const std::string bytes = session.bytes;
  sessions_.erase(at);
  if (digest_of(bytes) != digest)
    return registry_error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  blobs_[repository][digest] = bytes;
  Headers headers;
  if (names_digests) headers.emplace_back("Docker-Content-Digest", digest);
  return response_of(201, headers);
}

}  // namespace sidecarctl::test
