// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"

#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sidecarctl {

namespace {

// distribution-spec "Pulling manifests": registries limit host and name together to 255.
constexpr std::size_t kMaxNameLength = 255;
constexpr std::size_t kMaxTagLength = 128;
constexpr std::string_view kDockerHub = "docker.io";

bool is_lower_alnum(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
bool is_word(char c) noexcept {
  return is_lower_alnum(c) || is_upper(c) || c == '_';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Fails with the column (from 1) of the faulty character.
[[noreturn]] void fail(std::string_view text, std::size_t offset, std::string_view problem, std::string hint = {}) {
  ParseError error(fmt::format("image name '{}': column {}: {}", shorten(escape_text(text), 300), offset + 1, problem),
                   offset, ErrorKind::usage);
  if (!hint.empty()) error.set_hint(std::move(hint));
  throw error;  // NOLINT(misc-throw-by-value-catch-by-reference): its hint is set first.
}

/// The first component is a host if it has a dot, a colon or an upper-case letter, or is "localhost"
/// (distribution/reference normalize.go, splitDockerDomain).
bool looks_like_host(std::string_view component) noexcept {
  return component == "localhost" || component.find_first_of(".:[") != std::string_view::npos ||
         std::any_of(component.begin(), component.end(), is_upper);
}

bool is_hub_alias(std::string_view host) noexcept {
  constexpr std::array<std::string_view, 4> kAliases{"docker.io", "index.docker.io", "registry-1.docker.io",
                                                     "registry.hub.docker.com"};
  return std::find(kAliases.begin(), kAliases.end(), host) != kAliases.end();
}

void check_port(std::string_view text, std::string_view port, std::size_t offset) {
  const auto number = parse_unsigned(port);
  if (port.size() > 5 || !number || *number < 1 || *number > 65535) {
    fail(text, offset, fmt::format("'{}' is not a port from 1 to 65535", shorten(escape_text(port), 40)));
  }
}

void check_ipv6_host(std::string_view text, std::string_view host) {
  const std::size_t close = host.find(']');
  if (close == std::string_view::npos) fail(text, 0, "the address has no closing ']'");
  const std::string_view address = host.substr(1, close - 1);
  const bool valid = address.size() >= 2 && std::all_of(address.begin(), address.end(), [](char c) {
                       return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
                     });
  if (!valid) fail(text, 1, fmt::format("'{}' is not an IPv6 address", escape_text(address)));
  if (close + 1 == host.size()) return;
  if (host[close + 1] != ':') fail(text, close + 1, "only ':PORT' may follow the address");
  check_port(text, host.substr(close + 2), close + 2);
}

void check_host(std::string_view text, std::string_view host) {
  if (host.starts_with('[')) return check_ipv6_host(text, host);
  const std::size_t colon = host.find(':');
  if (colon != std::string_view::npos) check_port(text, host.substr(colon + 1), colon + 1);
  const std::string_view name = host.substr(0, colon);
  std::size_t start = 0;
  for (const std::string& label : split(name, '.')) {
    if (label.empty()) fail(text, start, "the registry host has an empty part");
    for (std::size_t i = 0; i < label.size(); ++i) {
      const char c = label[i];
      const bool edge = i == 0 || i + 1 == label.size();
      if (!is_lower_alnum(c) && !is_upper(c) && (edge || (c != '-' && c != '_'))) {
        fail(text, start + i,
             fmt::format("'{}' may not stand there in a registry host", escape_text(std::string_view(&c, 1))));
      }
    }
    start += label.size() + 1;
  }
}

/// Separators inside a path component: one '.', one or two '_', or any number of '-' (distribution-spec
/// <name>).
bool is_separator(std::string_view run) noexcept {
  return run == "." || run == "_" || run == "__" || run.find_first_not_of('-') == std::string_view::npos;
}

void check_component(std::string_view text, std::string_view component, std::size_t offset) {
  if (component.empty()) fail(text, offset, "the repository has an empty part between slashes");
  std::size_t i = 0;
  while (i < component.size()) {
    if (is_lower_alnum(component[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < component.size() && std::string_view("._-").find(component[end]) != std::string_view::npos) ++end;
    if (end == i) {
      if (is_upper(component[i])) {
        fail(text, offset + i,
             fmt::format("repository names are lower case ('{}' -> '{}')", component, to_lower(component)),
             "write the name in lower case");
      }
      fail(text, offset + i,
           fmt::format("'{}' may not stand in a repository name", escape_text(component.substr(i, 1))));
    }
    if (i == 0 || end == component.size() || !is_separator(component.substr(i, end - i))) {
      fail(text, offset + i,
           fmt::format("'{}' may not stand there in a repository name", component.substr(i, end - i)));
    }
    i = end;
  }
}

void check_repository(std::string_view text, std::string_view repository, std::size_t offset) {
  std::size_t start = 0;
  for (const std::string& component : split(repository, '/')) {
    check_component(text, component, offset + start);
    start += component.size() + 1;
  }
}

void check_tag(std::string_view text, std::string_view tag, std::size_t offset) {
  if (tag.empty()) fail(text, offset, "the tag after ':' is empty");
  if (tag.size() > kMaxTagLength)
    fail(text, offset, fmt::format("the tag is longer than {} characters", kMaxTagLength));
  for (std::size_t i = 0; i < tag.size(); ++i) {
    if (!is_word(tag[i]) && (i == 0 || (tag[i] != '.' && tag[i] != '-'))) {
      fail(text, offset + i, fmt::format("'{}' may not stand there in a tag", escape_text(tag.substr(i, 1))));
    }
  }
}

}  // namespace

bool is_valid_tag(std::string_view tag) noexcept {
  if (tag.empty() || tag.size() > kMaxTagLength || !is_word(tag.front())) return false;
  return std::all_of(tag.begin(), tag.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

std::optional<Reference> Reference::try_parse(std::string_view text) {
  try {
    return parse(text);
  } catch (const ParseError&) {
    return std::nullopt;
  }
}

Reference Reference::parse(std::string_view text) {
  if (text.empty()) fail(text, 0, "it is empty");
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.starts_with(scheme)) fail(text, 0, "it is a URL", fmt::format("leave out '{}'", scheme));
  }
  Reference result;
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    try {
      result.digest_ = Digest::parse(rest.substr(at + 1));
    } catch (const ParseError& error) {
      fail(text, at + 1 + error.offset(), error.message());
    }
    rest = rest.substr(0, at);
  }
  const std::size_t last_slash = rest.rfind('/');
  const std::size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos && (last_slash == std::string_view::npos || colon > last_slash)) {
    check_tag(text, rest.substr(colon + 1), colon + 1);
    result.tag_ = std::string(rest.substr(colon + 1));
    rest = rest.substr(0, colon);
  }
  if (rest.size() > kMaxNameLength)
    fail(text, kMaxNameLength, fmt::format("the name is longer than {} characters", kMaxNameLength));

  std::size_t offset = 0;
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos && looks_like_host(rest.substr(0, slash))) {
    result.registry_ = std::string(rest.substr(0, slash));
    check_host(text, result.registry_);
    result.explicit_registry_ = true;
    offset = slash + 1;
  }
  result.repository_ = std::string(rest.substr(offset));
  if (result.repository_.empty()) fail(text, offset, "there is no repository name");
  check_repository(text, result.repository_, offset);
  if (!result.explicit_registry_ || is_hub_alias(result.registry_)) {
    result.registry_ = kDockerHub;
    if (result.repository_.find('/') == std::string::npos) result.repository_ = "library/" + result.repository_;
  }
  return result;
}

Reference Reference::with_tag(std::string tag) const {
  check_tag(tag, tag, 0);
  Reference result = *this;
  result.tag_ = std::move(tag);
  result.digest_.reset();
  return result;
}

Reference Reference::with_digest(Digest digest) const {
  Reference result = *this;
  result.tag_.reset();
  result.digest_ = digest;
  return result;
}

std::string Reference::name() const {
  return registry_ + "/" + repository_;
}

std::string Reference::str() const {
  std::string text = name();
  if (tag_) text += ":" + *tag_;
  if (digest_) text += "@" + digest_->str();
  return text;
}

}  // namespace sidecarctl
