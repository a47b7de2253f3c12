// SPDX-License-Identifier: Apache-2.0
#include "registry/challenge.hpp"

#include "util/strings.hpp"

#include <algorithm>

namespace sidecarctl {

namespace {

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_token68_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view("-._~+/").find(c) != std::string_view::npos);
}

/// Reads one header value from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return position_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[position_]; }
  void advance() { ++position_; }
  bool take(char wanted) {
    if (at_end() || text_[position_] != wanted) return false;
    ++position_;
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++position_;
  }
  std::string_view token() { return take_while(is_token_character); }

  /// A token68 that reaches up to a comma or the end; nothing is taken if there is none.
  std::string_view token68() {
    const std::size_t start = position_;
    take_while(is_token68_character);
    while (take('=')) {
    }
    const std::string_view found = text_.substr(start, position_ - start);
    skip_blanks();
    if (!found.empty() && (at_end() || peek() == ',')) return found;
    position_ = start;
    return {};
  }

  /// A quoted string or a bare value; servers leave out the quotes around URLs and scopes.
  std::string value() {
    if (!take('"')) {
      const std::size_t start = position_;
      while (!at_end() && peek() != ',' && peek() != ' ' && peek() != '\t') ++position_;
      return std::string(text_.substr(start, position_ - start));
    }
    std::string result;
    while (!at_end() && !take('"')) {
      if (peek() == '\\' && position_ + 1 < text_.size()) ++position_;
      result += text_[position_++];
    }
    return result;
  }

  std::size_t position() const { return position_; }
  void back_to(std::size_t position) { position_ = position; }

 private:
  template <class Predicate>
  std::string_view take_while(Predicate&& wanted) {
    const std::size_t start = position_;
    while (!at_end() && wanted(text_[position_])) ++position_;
    return text_.substr(start, position_ - start);
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

/// `name = value`; false, with nothing taken, when that is not what comes.
bool read_parameter(Reader& reader, Challenge& challenge) {
  const std::size_t start = reader.position();
  const std::string_view name = reader.token();
  reader.skip_blanks();
  if (name.empty() || !reader.take('=')) {
    reader.back_to(start);
    return false;
  }
  reader.skip_blanks();
  std::string value = reader.value();
  if (challenge.parameters.size() < kMaxChallengeParameters)
    challenge.parameters.emplace_back(to_lower(name), std::move(value));
  return true;
}

void read_parameters(Reader& reader, Challenge& challenge) {
  while (true) {
    while (reader.peek() == ',' || reader.peek() == ' ' || reader.peek() == '\t') reader.advance();
    if (reader.at_end() || !read_parameter(reader, challenge)) return;
    reader.skip_blanks();
  }
}

}  // namespace

std::optional<std::string> Challenge::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<Challenge> parse_challenges(const std::vector<std::string>& header_values) {
  std::vector<Challenge> challenges;
  for (const std::string& text : header_values) {
    Reader reader(text);
    while (!reader.at_end() && challenges.size() < kMaxChallenges) {
      const std::string_view scheme = reader.token();
      if (scheme.empty()) {
        reader.advance();
        continue;
      }
      Challenge challenge;
      challenge.scheme = to_lower(scheme);
      if (!reader.at_end() && reader.peek() != ' ' && reader.peek() != '\t' && reader.peek() != ',') continue;  // Junk.
      reader.skip_blanks();
      challenge.token68 = std::string(reader.token68());
      if (challenge.token68.empty()) read_parameters(reader, challenge);
      challenges.push_back(std::move(challenge));
    }
  }
  return challenges;
}

}  // namespace sidecarctl
