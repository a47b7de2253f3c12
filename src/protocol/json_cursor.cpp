// SPDX-License-Identifier: Apache-2.0
#include "protocol/json_cursor.hpp"

namespace sidecarctl::protocol {
namespace {

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80U) {
    out += static_cast<char>(point);
  } else if (point < 0x800U) {
    out += static_cast<char>(0xC0U | (point >> 6U));
    out += static_cast<char>(0x80U | (point & 0x3FU));
  } else if (point < 0x10000U) {
    out += static_cast<char>(0xE0U | (point >> 12U));
    out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (point & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (point >> 18U));
    out += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (point & 0x3FU));
  }
}

bool is_digit(char letter) noexcept {
  return letter >= '0' && letter <= '9';
}

}  // namespace

bool JsonCursor::fail() noexcept {
  failed_ = true;
  rest_ = {};
  return false;
}

void JsonCursor::skip_space() {
  while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\r' || rest_[0] == '\t'))
    rest_.remove_prefix(1);
}

char JsonCursor::peek() {
  skip_space();
  return rest_.empty() ? '\0' : rest_[0];
}

bool JsonCursor::take(char wanted) {
  if (failed_ || peek() != wanted) return fail();
  rest_.remove_prefix(1);
  return true;
}

bool JsonCursor::enter_object() {
  return first_ = take('{');
}
bool JsonCursor::enter_array() {
  return first_ = take('[');
}

bool JsonCursor::next_item(char closer) {
  if (failed_) return false;
  const bool first = first_;
  first_ = false;
  if (peek() == closer) {
    rest_.remove_prefix(1);
    return false;
  }
  return first || take(',');
}

bool JsonCursor::next_key(std::string& key) {
  return next_item('}') && read_string(key) && take(':');
}

bool JsonCursor::next_element() {
  if (!next_item(']')) return false;
  return peek() == ']' ? fail() : true;
}

bool JsonCursor::read_hex4(std::uint32_t& value) {
  if (rest_.size() < 4) return fail();
  value = 0;
  for (int i = 0; i < 4; ++i) {
    const char letter = rest_[static_cast<std::size_t>(i)];
    const char lower = static_cast<char>(letter | 0x20);
    if (!is_digit(letter) && (lower < 'a' || lower > 'f')) return fail();
    value = value * 16 + static_cast<std::uint32_t>(is_digit(letter) ? letter - '0' : lower - 'a' + 10);
  }
  rest_.remove_prefix(4);
  return true;
}

bool JsonCursor::read_escape(std::string& value) {
  static constexpr std::string_view kNames = "\"\\/bfnrt";
  static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  if (rest_.empty()) return fail();
  const char name = rest_[0];
  rest_.remove_prefix(1);
  if (const auto at = kNames.find(name); at != std::string_view::npos) {
    value += kValues[at];
    return true;
  }
  std::uint32_t point = 0;
  if (name != 'u' || !read_hex4(point)) return fail();
  if (point >= 0xD800U && point < 0xDC00U) {
    std::uint32_t low = 0;
    if (!rest_.starts_with("\\u")) return fail();
    rest_.remove_prefix(2);
    if (!read_hex4(low) || low < 0xDC00U || low > 0xDFFFU) return fail();
    point = 0x10000U + ((point - 0xD800U) << 10U) + (low - 0xDC00U);
  } else if (point >= 0xDC00U && point < 0xE000U) {
    return fail();
  }
  append_utf8(value, point);
  return true;
}

bool JsonCursor::read_string(std::string& value) {
  value.clear();
  if (!take('"')) return false;
  while (!rest_.empty()) {
    const char letter = rest_[0];
    rest_.remove_prefix(1);
    if (letter == '"') return true;
    if (static_cast<unsigned char>(letter) < 0x20U) return fail();
    if (letter != '\\') {
      value += letter;
    } else if (!read_escape(value)) {
      return false;
    }
  }
  return fail();
}

bool JsonCursor::read_size(std::uint64_t& value) {
  if (failed_ || !is_digit(peek())) return fail();
  value = 0;
  while (!rest_.empty() && is_digit(rest_[0])) {
    // Beyond 10^18 no file has its size, and the sum below could overflow.
    if (value >= 100'000'000'000'000'000U) return fail();
    value = value * 10 + static_cast<std::uint64_t>(rest_[0] - '0');
    rest_.remove_prefix(1);
  }
  const bool fraction = !rest_.empty() && (rest_[0] == '.' || rest_[0] == 'e' || rest_[0] == 'E');
  return fraction ? fail() : true;
}

bool JsonCursor::take_word(std::string_view word) {
  if (!rest_.starts_with(word)) return fail();
  rest_.remove_prefix(word.size());
  return true;
}

bool JsonCursor::skip_number() {
  bool any = false;
  while (!rest_.empty() && (is_digit(rest_[0]) || std::string_view("+-.eE").find(rest_[0]) != std::string_view::npos)) {
    any = any || is_digit(rest_[0]);
    rest_.remove_prefix(1);
  }
  return any ? true : fail();
}

bool JsonCursor::skip_nested(int depth) {
  if (depth > kMaxDepth) return fail();
  std::string ignored;
  switch (peek()) {
    case '"': return read_string(ignored);
    case '{':
      enter_object();
      while (next_key(ignored)) skip_nested(depth + 1);
      return !failed_;
    case '[':
      enter_array();
      while (next_element()) skip_nested(depth + 1);
      return !failed_;
    case 't': return take_word("true");
    case 'f': return take_word("false");
    case 'n': return take_word("null");
    default: return skip_number();
  }
}

bool JsonCursor::skip_value() {
  return failed_ ? false : skip_nested(0);
}

bool JsonCursor::at_end() {
  skip_space();
  return !failed_ && rest_.empty();
}

}  // namespace sidecarctl::protocol
