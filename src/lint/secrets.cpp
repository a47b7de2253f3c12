// SPDX-License-Identifier: Apache-2.0
#include "lint/secrets.hpp"

#include "util/strings.hpp"

#include <algorithm>
#include <array>

namespace sidecarctl::lint {

namespace {

constexpr std::size_t kMaxText = 1024UL * 1024;

bool is_token_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::size_t token_length(std::string_view text) {
  return static_cast<std::size_t>(
      std::distance(text.begin(), std::find_if_not(text.begin(), text.end(), is_token_character)));
}

/// Tokens that their makers mark with a prefix so that they can be found: prefix, least length of what follows.
struct TokenPrefix {
  std::string_view prefix, kind;
  std::size_t least;
};
constexpr std::array<TokenPrefix, 16> kPrefixes{{
    {"ghp_", "GitHub token", 36},
    {"gho_", "GitHub token", 36},
    {"ghu_", "GitHub token", 36},
    {"ghs_", "GitHub token", 36},
    {"ghr_", "GitHub token", 36},
    {"github_pat_", "GitHub token", 40},
    {"glpat-", "GitLab token", 20},
    {"AKIA", "AWS access key", 16},
    {"ASIA", "AWS access key", 16},
    {"xoxb-", "Slack token", 20},
    {"xoxp-", "Slack token", 20},
    {"npm_", "npm token", 36},
    {"pypi-AgEI", "PyPI token", 40},
    {"AIza", "Google API key", 35},
    {"sk_live_", "Stripe key", 20},
    {"hf_", "Hugging Face token", 34},
}};

/// Shows only what every secret of the kind has in common: what stands around it may be the next secret.
SecretMatch match(std::string_view prefix, std::string kind) {
  return SecretMatch{std::move(kind), std::string(prefix) + "…"};
}

std::optional<SecretMatch> find_prefixed_token(std::string_view text) {
  for (const TokenPrefix& token : kPrefixes) {
    for (std::size_t at = text.find(token.prefix); at != std::string_view::npos; at = text.find(token.prefix, at + 1)) {
      const bool starts_word = at == 0 || !is_token_character(text[at - 1]);
      const std::size_t length = token_length(text.substr(at));
      if (starts_word && length >= token.prefix.size() + token.least) {
        return match(token.prefix, std::string(token.kind));
      }
    }
  }
  return std::nullopt;
}

/// Three base64url parts; the first is a JSON object, so it starts with eyJ (RFC 7519).
std::optional<SecretMatch> find_jwt(std::string_view text) {
  for (std::size_t at = text.find("eyJ"); at != std::string_view::npos; at = text.find("eyJ", at + 1)) {
    const std::size_t header = token_length(text.substr(at));
    std::string_view rest = text.substr(at + header);
    if (header < 10 || !rest.starts_with(".eyJ")) continue;
    const std::size_t payload = token_length(rest.substr(1));
    rest = rest.substr(1 + payload);
    if (!rest.starts_with('.')) continue;
    const std::size_t signature = token_length(rest.substr(1));
    if (signature >= 16) return match("eyJ", "JSON Web Token");
  }
  return std::nullopt;
}

std::optional<SecretMatch> find_private_key(std::string_view text) {
  for (std::size_t at = text.find("-----BEGIN "); at != std::string_view::npos; at = text.find("-----BEGIN ", at + 1)) {
    const std::size_t end = text.find("-----", at + 11);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view label = text.substr(at + 11, end - at - 11);
    if (label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK")) {
      return match("-----BEGIN PRIVATE KEY-----", "private key");
    }
  }
  return std::nullopt;
}

/// user:password@host in a URL; a variable or an obvious blank is not a password.
std::optional<SecretMatch> find_url_password(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const std::size_t start = at + 3;
    const std::size_t stop = text.find_first_of("/?# \t\n\"'", start);
    const std::string_view authority = text.substr(start, stop == std::string_view::npos ? stop : stop - start);
    const std::size_t sign = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    if (sign == std::string_view::npos || colon == std::string_view::npos || colon >= sign) continue;
    const std::string_view password = authority.substr(colon + 1, sign - colon - 1);
    const bool placeholder = password.empty() || password.find_first_of("$<{%") != std::string_view::npos ||
                             password.find_first_not_of("*xX.") == std::string_view::npos;
    if (!placeholder) return match("://…:", "password in a URL");
  }
  return std::nullopt;
}

}  // namespace

std::optional<SecretMatch> find_secret(std::string_view text) {
  text = text.substr(0, kMaxText);
  for (auto* find : {find_private_key, find_prefixed_token, find_jwt, find_url_password}) {
    if (auto found = find(text)) return found;
  }
  return std::nullopt;
}

bool is_secret_name(std::string_view name) {
  const std::string lower = to_lower(name);
  constexpr std::array<std::string_view, 9> kMarks{"password", "passwd",     "secret",      "token",     "api_key",
                                                   "apikey",   "access_key", "private_key", "credential"};
  constexpr std::array<std::string_view, 9> kHarmless{"_file", "_path", "_url",  "_dir", "_name",
                                                      "_id",   "_ttl",  "_type", "_user"};
  const auto has = [&](std::string_view mark) { return lower.find(mark) != std::string::npos; };
  const auto ends = [&](std::string_view mark) { return lower.ends_with(mark); };
  return std::any_of(kMarks.begin(), kMarks.end(), has) && std::none_of(kHarmless.begin(), kHarmless.end(), ends);
}

}  // namespace sidecarctl::lint
