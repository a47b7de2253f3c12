// SPDX-License-Identifier: Apache-2.0
#include "registry/authenticator.hpp"

#include "registry/answer.hpp"
#include "registry/client.hpp"
#include "util/json.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sidecarctl {

namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMaxTokenAnswer = 1024 * 1024;
/// Tokens of real servers stay below 10 KiB; a longer header line is refused by every server.
constexpr std::size_t kMaxToken = 32 * 1024;
/// The lifetime when the server names none, and the least that is believed (distribution's token specification).
constexpr std::uint64_t kDefaultLifetime = 60;
constexpr std::uint64_t kMaxLifetime = 24ULL * 3600;
constexpr milliseconds kSmallestMargin{30000};
constexpr std::string_view kClientId = "sidecarctl";

void add_query(std::string& query, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (!query.empty()) query += '&';
  query += fmt::format("{}={}", name, encode_query_value(value));
}

/// The scope of the challenge, if it asks for actions beyond ours.
std::string extra_scope(const Challenge& challenge, const Scope& scope) {
  const std::string theirs = challenge.parameter("scope").value_or("");
  const std::string ours = scope.str();
  if (theirs.empty() || theirs == ours) return "";
  const std::string prefix = fmt::format("repository:{}:", scope.repository);
  if (!theirs.starts_with(prefix)) return "";  // Another repository is none of this request's business.
  const auto wanted = split(std::string_view(theirs).substr(prefix.size()), ',');
  const auto have = split(scope.actions, ',');
  const bool more = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& action) {
    return std::find(have.begin(), have.end(), action) == have.end();
  });
  return more ? theirs : "";
}

std::string basic(const Credential& credential) {
  return "Basic " + base64_encode(credential.username + ":" + credential.password);
}

}  // namespace

std::string Scope::str() const {
  return repository.empty() ? "" : fmt::format("repository:{}:{}", repository, actions);
}

void check_realm(const Url& registry, const Url& realm) {
  if (realm.same_origin(registry)) return;
  const auto refuse = [&](std::string_view why) {
    throw Error(ErrorKind::registry,
                fmt::format("{} sends us to the token server '{}', which {}", registry.host, realm.str(), why),
                "the registry's operator must correct the realm");
  };
  if (realm.scheme != "https" && registry.scheme == "https") refuse("is not https");
  if (realm.host == registry.host) return;
  if (is_link_local_literal(realm.host)) refuse("is a link-local address");
  if (is_private_literal(realm.host) && !is_private_literal(registry.host))
    refuse("is an address inside a private network");
}

const std::optional<Credential>& Authenticator::credential(const std::string& repository) {
  const std::lock_guard guard(credential_mutex_);
  auto at = credentials_.find(repository);
  if (at == credentials_.end()) {
    auto found = find_credential(setup_.registry, repository, setup_.options, setup_.environment, setup_.cancel);
    if (found) {
      log(LogLevel::debug, "credentials for {} from {}", setup_.registry, found->from);
      source_ = found->from;
      if (!found->username.empty()) username_ = found->username;
    }
    at = credentials_.emplace(repository, std::move(found)).first;
  }
  return at->second;
}

std::string Authenticator::source() {
  const std::lock_guard guard(credential_mutex_);
  return source_.empty() ? "anonymous" : source_;
}

std::optional<std::string> Authenticator::username() {
  const std::lock_guard guard(credential_mutex_);
  return username_;
}

std::optional<std::string> Authenticator::authorization(const Scope& scope) {
  if (setup_.options.token && !setup_.options.username) {  // A token that was given needs no challenge.
    return "Bearer " + credential(scope.repository)->bearer_token;
  }
  bool by_password = false;
  {
    const std::lock_guard guard(mutex_);
    if (!basic_ && realms_.empty()) return std::nullopt;
    by_password = basic_;
  }
  if (by_password) {
    const auto& found = credential(scope.repository);
    if (!found) return std::nullopt;
    return found->bearer_token.empty() ? basic(*found) : "Bearer " + found->bearer_token;
  }
  return "Bearer " + bearer(scope);
}

std::string Authenticator::bearer(const Scope& scope) {
  std::shared_ptr<Token> token;
  Realm realm;
  {
    const std::lock_guard guard(mutex_);
    auto& slot = tokens_[scope.str()];
    if (!slot) slot = std::make_shared<Token>();
    token = slot;
    const auto at = realms_.find(scope.str());
    realm = at != realms_.end() ? at->second : realms_.begin()->second;
    if (at == realms_.end()) realm.extra_scope.clear();
  }
  const std::lock_guard fetching(token->mutex);
  const auto margin = std::max(kSmallestMargin, token->lifetime / 10);
  if (token->value.empty() || setup_.clock.now() + margin >= token->expires) fetch(*token, realm, scope);
  return token->value;
}

bool Authenticator::learn(const HttpResponse& response, const Url& url, const Scope& scope,
                          const std::optional<std::string>& used) {
  const auto challenges = parse_challenges(find_headers(response.headers, "WWW-Authenticate"));
  const auto find = [&](std::string_view scheme) {
    return std::find_if(challenges.begin(), challenges.end(),
                        [&](const Challenge& one) { return one.scheme == scheme; });
  };
  if (setup_.options.token && !setup_.options.username) return false;  // The only thing we may send was refused.
  if (const auto at = find("bearer"); at != challenges.end()) return learn_bearer(*at, url, scope, used);
  if (response.status == 403 || challenges.empty()) return false;
  if (find("basic") == challenges.end()) {
    std::vector<std::string> names;
    for (const Challenge& one : challenges) names.push_back(one_line(one.scheme, 40));
    throw Error(ErrorKind::denied, fmt::format("{} wants a way of authentication that is not supported: {}",
                                               setup_.registry, join(names, ", ")));
  }
  {
    const std::lock_guard guard(mutex_);
    basic_ = true;
  }
  const auto now = authorization(scope);
  return now && now != used;
}

bool Authenticator::learn_bearer(const Challenge& challenge, const Url& url, const Scope& scope,
                                 const std::optional<std::string>& used) {
  const auto realm = resolve_url(url, challenge.parameter("realm").value_or(""));
  if (!realm) {
    throw Error(ErrorKind::registry, fmt::format("{} names no usable token server: realm '{}'", setup_.registry,
                                                 one_line(challenge.parameter("realm").value_or(""), 200)));
  }
  check_realm(url, *realm);
  std::shared_ptr<Token> stale;
  {
    const std::lock_guard guard(mutex_);
    basic_ = false;
    realms_[scope.str()] = {*realm, challenge.parameter("service").value_or(""), extra_scope(challenge, scope)};
    const auto at = tokens_.find(scope.str());
    if (at != tokens_.end()) stale = at->second;
  }
  if (stale) {
    const std::lock_guard fetching(stale->mutex);
    if (used == "Bearer " + stale->value) stale->value.clear();  // Another thread may have replaced it already.
  }
  return true;
}

HttpResponse Authenticator::ask(const Realm& realm, const Scope& scope, const std::optional<Credential>& found) {
  if (found && !found->identity_token.empty()) return ask_by_post(realm, scope, *found);
  HttpRequest request;
  Url url = realm.url;
  std::string query = url.query.value_or("");
  add_query(query, "service", realm.service);
  // Some servers honour only the first scope: ours, with push, comes first.
  add_query(query, "scope", scope.str());
  add_query(query, "scope", realm.extra_scope);
  add_query(query, "client_id", kClientId);
  if (found) add_query(query, "account", found->username);
  url.query = query;
  request.url = url.str();
  if (found) request.headers.emplace_back("Authorization", basic(*found));
  HttpResponse response = setup_.transport.send(request);
  // Servers that have only the OAuth2 way.
  if (found && (response.status == 404 || response.status == 405)) return ask_by_post(realm, scope, *found);
  return response;
}

HttpResponse Authenticator::ask_by_post(const Realm& realm, const Scope& scope, const Credential& found) {
  std::string form;
  const bool refresh = !found.identity_token.empty();
  add_query(form, "grant_type", refresh ? "refresh_token" : "password");
  add_query(form, "service", realm.service);
  add_query(form, "client_id", kClientId);
  add_query(form, "scope", realm.extra_scope.empty() ? scope.str() : scope.str() + " " + realm.extra_scope);
  if (refresh) {
    add_query(form, "refresh_token", found.identity_token);
  } else {
    add_query(form, "username", found.username);
    add_query(form, "password", found.password);
  }
  HttpRequest request;
  request.method = HttpMethod::post;
  request.url = realm.url.str();
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body_size = form.size();
  request.body = [form] { return std::make_unique<StringSource>(form); };
  return setup_.transport.send(request);
}

void Authenticator::refuse(HttpResponse& response, const Realm& realm, const std::optional<Credential>& found) {
  const ErrorAnswer answer = read_error_answer(response);
  const std::string server = redacted_url(realm.url.str());
  if (answer.status != 401 && answer.status != 403 && answer.status != 400) {
    throw RegistryError(answer.status, answer.codes,
                        fmt::format("the token server {} answered {}", server, answer.str()));
  }
  RegistryError error(
      answer.status, answer.codes,
      found ? fmt::format("the token server {} refused the credentials from {}: {}", server, found->from, answer.str())
            : fmt::format("no credentials for {} (looked in {}), and its token server {} wants some: {}",
                          setup_.registry, places(), server, answer.str()),
      ErrorKind::denied);
  const std::string clocks = found ? clock_difference(answer, setup_.clock.wall_now(), realm.url.host) : "";
  error.set_hint(clocks.empty() ? fmt::format("run: sidecarctl login {}", setup_.registry) : clocks);
  throw error;
}

void Authenticator::fetch(Token& token, const Realm& realm, const Scope& scope) {
  const auto& found = credential(scope.repository);
  const auto asked = setup_.clock.now();
  if (found && !found->bearer_token.empty()) {
    token.value = found->bearer_token;
    token.expires = Clock::time_point::max();
    return;
  }
  HttpResponse response = ask(realm, scope, found);
  if (response.status != 200) refuse(response, realm, found);
  const std::string what = fmt::format("the answer of the token server {}", redacted_url(realm.url.str()));
  const Json json = parse_json(read_all(*response.body, kMaxTokenAnswer, what), what);
  const JsonReader body(json, what);
  const std::string value = body.string_or("token", body.string_or("access_token", ""));
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (value.empty() || value.size() > kMaxToken || !printable) {
    throw Error(ErrorKind::registry, fmt::format("{} has no usable token", what));
  }
  // A server's clock may be wrong: the lifetime counts from our question, issued_at is not looked at.
  std::uint64_t seconds = kDefaultLifetime;
  const auto given = json.find("expires_in");
  if (given != json.end() && given->is_number_unsigned())
    seconds = std::clamp(given->get<std::uint64_t>(), kDefaultLifetime, kMaxLifetime);
  token.value = value;
  token.lifetime = std::chrono::seconds(seconds);
  token.expires = asked + token.lifetime;
}

}  // namespace sidecarctl
