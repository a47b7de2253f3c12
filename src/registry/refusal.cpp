// SPDX-License-Identifier: Apache-2.0
// What a refused request means, in words that tell what to do.
#include "registry/client.hpp"
#include "registry/endpoint.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sidecarctl {

RegistryError::RegistryError(int status, std::vector<std::string> codes, std::string message, ErrorKind kind)
    : Error(kind, std::move(message)), status_(status), codes_(std::move(codes)) {}

bool RegistryError::has_code(std::string_view code) const noexcept {
  return std::find(codes_.begin(), codes_.end(), code) != codes_.end();
}

namespace {

struct Message {
  ErrorKind kind = ErrorKind::registry;
  std::string text, hint;
};

struct Refusal {
  const std::string& registry;
  const ErrorAnswer& answer;
  const Purpose& purpose;
  std::string source;  ///< Of the credentials.
  std::optional<std::string> user;
  std::string places;  ///< Where credentials were looked for.
  std::string clocks;  ///< What clock_difference() says.
  std::optional<std::chrono::milliseconds> retry_after;

  bool anonymous() const { return source == "anonymous"; }
  std::string said() const { return answer.text.empty() && answer.codes.empty() ? "" : ": " + answer.str(); }
  std::string action() const { return purpose.write ? "push to" : "read from"; }
};

Message not_logged_in(const Refusal& refusal) {
  const std::string login = fmt::format("run: sidecarctl login {}", refusal.registry);
  if (refusal.anonymous()) {
    return {ErrorKind::denied,
            fmt::format("no credentials for {} (looked in {}){}", refusal.registry, refusal.places, refusal.said()),
            login};
  }
  return {ErrorKind::denied,
          fmt::format("{} refused the credentials from {}{}", refusal.registry, refusal.source, refusal.said()),
          refusal.clocks.empty() ? login : refusal.clocks};
}

Message not_allowed(const Refusal& refusal) {
  const std::string who = refusal.anonymous() ? "not logged in, and"
                          : refusal.user      ? fmt::format("logged in as '{}', but", *refusal.user)
                                              : fmt::format("the credentials from {} are", refusal.source);
  const std::string where =
      refusal.purpose.repository.empty() ? refusal.registry : refusal.registry + "/" + refusal.purpose.repository;
  Message message{ErrorKind::denied,
                  fmt::format("{} not allowed to {} {}: {}", who, refusal.action(), where, refusal.answer.str()), ""};
  if (refusal.anonymous()) message.hint = fmt::format("run: sidecarctl login {}", refusal.registry);
  return message;
}

Message not_found(const Refusal& refusal) {
  const auto& purpose = refusal.purpose;
  if (purpose.repository.empty()) {
    return {ErrorKind::registry, fmt::format("{} is not a registry: {}", refusal.registry, refusal.answer.str()),
            "check the host and port"};
  }
  if (purpose.write) {
    return {ErrorKind::registry,
            fmt::format("the repository '{}' does not exist on {} and is not created automatically{}",
                        purpose.repository, refusal.registry, refusal.said()),
            "create it there first, or check the name"};
  }
  return {ErrorKind::not_found, fmt::format("{} does not have {}{}", refusal.registry, purpose.what, refusal.said()),
          ""};
}

Message too_large(const Refusal& refusal) {
  if (refusal.answer.html || refusal.answer.codes.empty()) {
    return {ErrorKind::registry,
            fmt::format("a proxy before {} limits the size of requests; {} is too large for it{}", refusal.registry,
                        refusal.purpose.what, refusal.said()),
            "raise its limit (nginx: client_max_body_size)"};
  }
  return {ErrorKind::registry,
          fmt::format("{} is too large for {}{}", refusal.purpose.what, refusal.registry, refusal.said()), ""};
}

Message bad_request(const Refusal& refusal) {
  const ErrorAnswer& answer = refusal.answer;
  if (answer.mentions("HTTP request to an HTTPS server") || answer.mentions("plain HTTP request was sent to HTTPS")) {
    return {ErrorKind::network, fmt::format("{} does not speak plain http", refusal.registry),
            "leave out --plain-http"};
  }
  if (answer.mentions("SSL certificate")) {
    return {ErrorKind::denied, fmt::format("{} wants a client certificate{}", refusal.registry, refusal.said()),
            fmt::format("give one with --cert and --key, or put client.cert and client.key into /etc/docker/certs.d/{}",
                        refusal.registry)};
  }
  if (answer.has_code("TAG_INVALID") || answer.mentions("immutable")) {
    return {ErrorKind::registry, fmt::format("{} refused {}{}", refusal.registry, refusal.purpose.what, refusal.said()),
            "if the tag exists and is immutable, push under a new one"};
  }
  if (answer.has_code("MANIFEST_BLOB_UNKNOWN")) {
    return {ErrorKind::registry,
            fmt::format("{} misses blobs of {}{}", refusal.registry, refusal.purpose.what, refusal.said()),
            "run the push again"};
  }
  return {ErrorKind::registry, fmt::format("{} refused {}: {}", refusal.registry, refusal.purpose.what, answer.str()),
          ""};
}

Message rate_limited(const Refusal& refusal) {
  std::string wait;
  if (refusal.retry_after) {
    wait = fmt::format("; it asks to wait {} s",
                       std::chrono::duration_cast<std::chrono::seconds>(*refusal.retry_after).count());
  }
  return {ErrorKind::network, fmt::format("{} limits the rate of requests{}{}", refusal.registry, wait, refusal.said()),
          refusal.anonymous() ? fmt::format("limits are often higher after: sidecarctl login {}", refusal.registry)
                              : "try again later"};
}

Message describe(const Refusal& refusal) {
  const int status = refusal.answer.status;
  if (!refusal.answer.elsewhere.empty() && status >= 300) {
    return {ErrorKind::registry,
            fmt::format("{}, where {} sent us with {}, answered {}", refusal.answer.elsewhere, refusal.registry,
                        refusal.purpose.what, refusal.answer.str()),
            ""};
  }
  if (status < 300) {
    return {ErrorKind::registry,
            fmt::format("{} answered with success but did not do it: {}", refusal.registry, refusal.answer.str()),
            refusal.answer.html ? "is this a registry?" : ""};
  }
  if (status < 400)
    return {ErrorKind::registry,
            fmt::format("{} redirects {}, which it may not", refusal.registry, refusal.purpose.what), ""};
  switch (status) {
    case 401: return refusal.answer.has_code("DENIED") ? not_allowed(refusal) : not_logged_in(refusal);
    case 403: return not_allowed(refusal);
    case 404: return not_found(refusal);
    case 413: return too_large(refusal);
    case 429: return rate_limited(refusal);
    case 400:
    case 409: return bad_request(refusal);
    case 405:
      if (refusal.purpose.write) {
        return {ErrorKind::registry, fmt::format("{} is read-only (maintenance?){}", refusal.registry, refusal.said()),
                ""};
      }
      break;
    default: break;
  }
  return {ErrorKind::registry,
          fmt::format("{} failed at {}: {}", refusal.registry, refusal.purpose.what, refusal.answer.str()), ""};
}

}  // namespace

void Endpoint::refuse(const ErrorAnswer& answer, const Purpose& purpose,
                      std::optional<std::chrono::milliseconds> retry_after) {
  Message message =
      describe({registry_, answer, purpose, authenticator_.source(), authenticator_.username(), authenticator_.places(),
                clock_difference(answer, context_.clock.wall_now(), registry_), retry_after});
  RegistryError error(answer.status, answer.codes, std::move(message.text), message.kind);
  if (!message.hint.empty()) error.set_hint(std::move(message.hint));
  throw error;
}

ErrorAnswer Endpoint::read_answer(Reply& reply) {
  ErrorAnswer answer = read_error_answer(reply.response);
  const auto own = base();
  if (own && reply.url.host != own->host) answer.elsewhere = reply.url.authority();
  return answer;
}

void Endpoint::refuse(Reply& reply, const Purpose& purpose) {
  const auto retry_after = pacer_.retry_after(reply.response);
  refuse(read_answer(reply), purpose, retry_after);
}

}  // namespace sidecarctl
