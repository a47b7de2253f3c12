// SPDX-License-Identifier: Apache-2.0
#include "scaffold/quoting.hpp"

#include "util/error.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl::scaffold {

namespace {

constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_/:@+";
constexpr unsigned char kDelete = 0x7f;

void refuse_what_no_text_holds(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) throw Error(ErrorKind::usage, "a value contains a NUL byte");
  // The library's own check: dump() throws for bytes that are not UTF-8.
  try {
    static_cast<void>(Json(std::string(text)).dump());
  } catch (const Json::exception&) {
    throw Error(ErrorKind::usage, fmt::format("'{}' is not UTF-8", escape_text(text)));
  }
}

}  // namespace

bool is_plain(std::string_view text) noexcept {
  return text.find_first_not_of(kPlain) == std::string_view::npos;
}

std::string double_quoted(std::string_view text) {
  refuse_what_no_text_holds(text);
  std::string out = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (code < 0x20 || code == kDelete) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    } else {
      out += byte;
    }
  }
  return out + '"';
}

std::string shell_quoted(std::string_view text) {
  refuse_what_no_text_holds(text);
  return "'" + replace_all(text, "'", "'\\''") + "'";
}

std::string label_quoted(std::string_view text) {
  refuse_what_no_text_holds(text);
  std::string out = "\"";
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) < 0x20) {
      throw Error(ErrorKind::usage,
                  fmt::format("'{}' has a control character and cannot stand in a LABEL", escape_text(text)));
    }
    if (byte == '"' || byte == '\\' || byte == '$') out += '\\';
    out += byte;
  }
  return out + '"';
}

}  // namespace sidecarctl::scaffold
