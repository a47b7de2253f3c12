// SPDX-License-Identifier: Apache-2.0
// One registry as a place to send requests to: scheme, base URL, authentication, redirects.
#pragma once

#include "http/retry.hpp"
#include "http/transport.hpp"
#include "http/url.hpp"
#include "registry/answer.hpp"
#include "registry/authenticator.hpp"
#include "registry/registry_access.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace sidecarctl {

/// The transports of one registry, each on top of the one before: network, traces, retries.
struct TransportStack {
  TransportStack(std::unique_ptr<HttpTransport> bottom, RetryPacer& pacer);
  std::unique_ptr<HttpTransport> network, logging, retrying;
};

/// What a request is for: the words of the message when it is refused.
struct Purpose {
  std::string repository;  ///< Empty: the registry itself.
  std::string what;        ///< "the manifest 'app:1.0'", "the blob sha256:ab12…"
  bool write = false;
  Scope scope() const { return {repository, write ? "pull,push" : "pull"}; }
};

class Endpoint {
 public:
  /// `context` must outlive it.
  Endpoint(std::string registry, const RegistryContext& context);

  struct Reply {
    Url url;  ///< What was asked in the end.
    HttpResponse response;
  };

  /// Sends with authentication; `request.url` is a path ("/v2/...") or an absolute URL, which gets credentials only on
  /// this registry's own scheme, host and port. Any status is a normal return, 401 only when nothing more can be
  /// offered.
  Reply send(HttpRequest request, const Purpose& purpose);
  /// The same for GET and HEAD, redirects followed (up to five).
  Reply send_following(HttpRequest request, const Purpose& purpose);
  /// Best effort while things fall apart: one short try, no exception, also after Ctrl-C.
  void send_cleanup(HttpRequest request, const Purpose& purpose) noexcept;

  /// As read_error_answer(), with the host that the registry sent us to.
  ErrorAnswer read_answer(Reply& reply);
  /// Throws the RegistryError that says why, for people.
  [[noreturn]] void refuse(Reply& reply, const Purpose& purpose);
  [[noreturn]] void refuse(const ErrorAnswer& answer, const Purpose& purpose,
                           std::optional<std::chrono::milliseconds> retry_after = {});

  const std::string& registry() const noexcept { return registry_; }
  /// "registry.example:5000": the key of the retry gate.
  std::string host() const { return host_; }
  RetryPacer& pacer() noexcept { return pacer_; }
  Authenticator& authenticator() noexcept { return authenticator_; }
  Events& events() noexcept { return context_.events; }
  /// Should this body ask with Expect first? True for the first large one.
  bool takes_expect(std::optional<std::uint64_t> body_size) noexcept;
  /// A warning that is worth saying once in a run.
  void warn_once(const std::string& text);

 private:
  Reply authenticated(HttpRequest request, const Url& url, const Purpose& purpose);
  /// Asks a registry on this machine, once, whether it speaks TLS.
  Url find_scheme();
  Reply exchange(HttpTransport& transport, HttpRequest request, const Url& url,
                 const std::optional<std::string>& authorization);
  std::optional<Url> base();
  void note_warnings(const HttpResponse& response);

  std::string registry_, host_;
  const RegistryContext& context_;
  RetryPacer pacer_;
  TransportStack own_;
  std::optional<TransportStack> foreign_;  ///< Without our client certificate; only when there is one.
  Authenticator authenticator_;
  std::mutex scheme_mutex_;
  std::mutex base_mutex_;
  std::optional<Url> base_;  ///< nullopt: https or http, not known yet.
  std::atomic<bool> expect_taken_{false};
  std::mutex said_mutex_;
  std::set<std::string> said_;
};

}  // namespace sidecarctl
