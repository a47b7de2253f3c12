// SPDX-License-Identifier: Apache-2.0
// A registry as a state machine over HttpRequest -> HttpResponse, after distribution 2.8: absolute Locations with a
// state, broken sessions are gone, HEAD without Accept is 404. It can be told to misbehave.
#pragma once

#include "http/transport.hpp"
#include "support/fake_http.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sidecarctl::test {

class FakeRegistry {
 public:
  explicit FakeRegistry(std::string host = "registry.example") : host_(std::move(host)) {}

  // How it is set up; set before use.
  std::string scheme = "https";
  bool bearer_auth = false;                  ///< 401 and a token server at https://auth.example/token.
  std::map<std::string, std::string> users;  ///< With basic_auth, or for the token server; empty: anonymous may.
  bool basic_auth = false;
  std::uint64_t token_lifetime = 300;
  bool relative_locations = false;
  std::string location_origin;  ///< Instead of its own: "http://registry.example", "https://other.example".
  std::string blob_redirect;    ///< "https://cdn.example/blobs/": GET of a blob is a 307 to there.
  bool names_digests = true;    ///< Docker-Content-Digest.
  std::set<std::string> immutable_tags;

  /// The next request whose "METHOD /path" starts with `start` meets `fault` instead of its answer; with `after` the
  /// registry does its work first (a lost reply). Faults of the same start are used in order.
  void fail_next(const std::string& start, std::function<HttpResponse()> fault, bool after = false);
  /// The next blob body is cut after that many bytes.
  void cut_next_body(std::size_t bytes);

  /// For FakeHttp.
  HttpResponse operator()(const RecordedRequest& request);

  void put_blob(const std::string& repository, const std::string& bytes);
  bool has_blob(const std::string& repository, const std::string& digest) const;
  std::string manifest(const std::string& repository, const std::string& tag_or_digest) const;
  void put_manifest(const std::string& repository, const std::string& tag, const std::string& type,
                    const std::string& bytes);
  std::size_t open_sessions() const { return sessions_.size(); }
  const std::vector<std::string>& tokens() const { return tokens_; }  ///< Scopes of the tokens given out.
  /// Every token so far is refused from now on.
  void revoke_tokens() { valid_tokens_.clear(); }

 private:
  struct Stored {
    std::string type, bytes;
  };
  struct Session {
    std::string repository, bytes, state;
  };
  struct PlannedFault {
    std::string start;
    std::function<HttpResponse()> make;
    bool after;
  };

  HttpResponse serve(const RecordedRequest& request, const std::string& path, const std::string& query);
  HttpResponse serve_token(const RecordedRequest& request, const std::string& query);
  HttpResponse serve_blob(const RecordedRequest& request, const std::string& repository, const std::string& digest);
  HttpResponse serve_manifest(const RecordedRequest& request, const std::string& repository, const std::string& name);
  HttpResponse store_manifest(const RecordedRequest& request, const std::string& repository, const std::string& name);
  HttpResponse serve_upload(const RecordedRequest& request, const std::string& repository, const std::string& id,
                            const std::string& query);
  HttpResponse bytes_of(const RecordedRequest& request, const std::string& bytes, Headers headers);
  std::optional<HttpResponse> unauthorised(const RecordedRequest& request, const std::string& repository);
  std::string location(const std::string& repository, const std::string& id) const;

  std::string host_;
  std::map<std::string, std::map<std::string, std::string>> blobs_;  ///< repository -> digest -> bytes.
  std::map<std::string, std::map<std::string, Stored>> manifests_;   ///< repository -> tag or digest.
  std::map<std::string, Session> sessions_;
  std::vector<PlannedFault> faults_;
  std::optional<std::size_t> cut_;
  std::set<std::string> valid_tokens_;
  std::vector<std::string> tokens_;
  int counter_ = 0;
};

/// {"errors":[{"code":…,"message":…}]}
HttpResponse registry_error(int status, const std::string& code, const std::string& message = "said by the fake");

}  // namespace sidecarctl::test
