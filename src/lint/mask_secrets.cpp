// SPDX-License-Identifier: Apache-2.0
#include "lint/mask_secrets.hpp"

#include "lint/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl::lint {

namespace {

/// The end of the assignment's value that begins at `at`: the closing quote, or the next blank.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  const char first = at < text.size() ? text[at] : ' ';
  const bool quoted = first == '"' || first == '\'';
  const std::size_t end = quoted ? text.find(first, at + 1) : text.find_first_of(" \t\n", at);
  if (end == std::string_view::npos) return text.size();
  return quoted ? end + 1 : end;
}

/// The word before the '=' at `equals`, without the dashes of an option.
std::string_view name_before(std::string_view text, std::size_t equals) {
  const std::size_t blank = text.find_last_of(" \t\n;|&'\"(", equals == 0 ? 0 : equals - 1);
  std::string_view name = text.substr(0, equals);
  if (blank != std::string_view::npos && blank < equals) name.remove_prefix(blank + 1);
  name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
  return name;
}

/// "token" of "--token"; "" of what is no option.
std::string_view option_name(std::string_view word) {
  const std::size_t start = word.find_first_not_of('-');
  return start == 0 || start == std::string_view::npos ? std::string_view() : word.substr(start);
}

}  // namespace

std::string mask_secrets(std::string_view text) {
  if (const auto secret = find_secret(text)) return fmt::format("(hidden: it holds a {})", secret->kind);
  std::string result;
  std::size_t done = 0;
  for (std::size_t equals = text.find('='); equals != std::string_view::npos; equals = text.find('=', equals + 1)) {
    if (equals < done || !is_secret_name(name_before(text, equals))) continue;
    const std::size_t end = end_of_value(text, equals + 1);
    if (end == equals + 1) continue;
    result += text.substr(done, equals + 1 - done);
    result += kHidden;
    done = end;
  }
  result += text.substr(done);
  return result;
}

std::string mask_label(std::string_view key, const std::string& value) {
  const bool hidden = !value.empty() && (is_secret_name(key) || find_secret(value).has_value());
  return hidden ? std::string(kHidden) : mask_secrets(value);
}

std::vector<std::string> mask_words(const std::vector<std::string>& words) {
  std::vector<std::string> result;
  bool is_secret = false;
  for (const std::string& word : words) {
    const std::string_view option = option_name(word);
    result.push_back(is_secret && option.empty() && !word.empty() ? std::string(kHidden) : mask_secrets(word));
    is_secret = !option.empty() && is_secret_name(option);
  }
  return result;
}

std::string mask_environment(const std::string& entry) {
  const std::size_t equals = entry.find('=');
  const bool has_value = equals != std::string::npos && equals + 1 < entry.size();
  if (has_value && is_secret_name(entry.substr(0, equals))) return entry.substr(0, equals + 1) + std::string(kHidden);
  if (!find_secret(entry)) return entry;
  if (equals == std::string::npos || find_secret(entry.substr(0, equals))) return std::string(kHidden);
  return entry.substr(0, equals + 1) + std::string(kHidden);
}

}  // namespace sidecarctl::lint
