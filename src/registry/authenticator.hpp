// SPDX-License-Identifier: Apache-2.0
// Proves to one registry who we are: challenges, credentials, tokens (distribution's token authentication, RFC 6750,
// RFC 7617).
#pragma once

#include "http/transport.hpp"
#include "http/url.hpp"
#include "registry/challenge.hpp"
#include "registry/credentials.hpp"
#include "util/clock.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace sidecarctl {

/// What a request needs to be allowed to do.
struct Scope {
  std::string repository;   ///< Empty: only to talk to the registry.
  std::string actions;      ///< "pull" or "pull,push".
  std::string str() const;  ///< "repository:team/app:pull,push", or "".
};

class Authenticator {
 public:
  struct Setup {
    std::string registry;  ///< As the user writes it: the key of credentials.
    RegistryOptions options;
    Environment environment;
    Clock& clock;
    const CancelToken& cancel;
    HttpTransport& transport;  ///< To token servers.
  };
  explicit Authenticator(Setup setup) : setup_(std::move(setup)) {}

  /// The Authorization header for a request of that scope; nullopt: none, as far as is known. May fetch a token, and
  /// one that ends soon is replaced first.
  std::optional<std::string> authorization(const Scope& scope);

  /// Learns from the challenges of a 401, or of a 403 for want of scope. `url`: what was asked, `used`: the
  /// Authorization that was refused. True: authorization() now has something else to offer. Throws Error{denied} when
  /// no scheme is known.
  bool learn(const HttpResponse& response, const Url& url, const Scope& scope, const std::optional<std::string>& used);

  /// Where the credentials in use are from; "anonymous".
  std::string source();
  std::optional<std::string> username();
  /// Where credentials are looked for, for people.
  std::string places() const { return credential_places_text(setup_.options, setup_.environment); }

 private:
  struct Token {
    std::mutex mutex;  ///< Held while fetching: who waits for it shares the result.
    std::string value;
    Clock::time_point expires;
    std::chrono::milliseconds lifetime{0};
  };
  struct Realm {
    Url url;
    std::string service;
    std::string extra_scope;  ///< Of the challenge, when it is more than ours.
  };

  const std::optional<Credential>& credential(const std::string& repository);
  std::string bearer(const Scope& scope);
  bool learn_bearer(const Challenge& challenge, const Url& url, const Scope& scope,
                    const std::optional<std::string>& used);
  void fetch(Token& token, const Realm& realm, const Scope& scope);
  HttpResponse ask(const Realm& realm, const Scope& scope, const std::optional<Credential>& found);
  HttpResponse ask_by_post(const Realm& realm, const Scope& scope, const Credential& found);
  [[noreturn]] void refuse(HttpResponse& response, const Realm& realm, const std::optional<Credential>& found);

  Setup setup_;
  std::mutex mutex_;
  bool basic_ = false;
  std::map<std::string, Realm> realms_;  ///< By scope; "" is the one to try first for a scope not seen yet.
  std::map<std::string, std::shared_ptr<Token>> tokens_;
  std::mutex credential_mutex_;
  std::map<std::string, std::optional<Credential>> credentials_;  ///< By repository.
  std::string source_;
  std::optional<std::string> username_;
};

/// May credentials of a registry at `registry` be sent to the token server `realm`? Throws Error{registry} if not.
void check_realm(const Url& registry, const Url& realm);

}  // namespace sidecarctl
