// SPDX-License-Identifier: Apache-2.0
// Small text functions that know nothing about containers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// `text` with everything that could move a terminal's cursor, change its state or hide text made visible: C0 and C1
/// controls, DEL, bidirectional marks and bytes that are not UTF-8 become `\n`, `\x1b`, `\u202e`. Other UTF-8 stays.
std::string escape_text(std::string_view text);

/// Does `escape_text` change it? Newline and tab do not count when `allow_whitespace`.
bool has_control_characters(std::string_view text, bool allow_whitespace);

/// At most `limit` bytes, cut before a character, with "…" when something was cut.
std::string shorten(std::string_view text, std::size_t limit);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text) noexcept;
std::string to_lower(std::string_view text);                               ///< ASCII only.
bool equals_ignore_case(std::string_view a, std::string_view b) noexcept;  ///< ASCII only.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// A decimal number without sign, blanks or rest; nullopt when it is not one or does not fit.
std::optional<std::uint64_t> parse_unsigned(std::string_view text) noexcept;

/// "12 B", "1.5 kB", "2.0 GB": powers of 1000, as `docker images` shows.
std::string human_size(std::uint64_t bytes);
/// "12 bytes", "1 layer", "3 layers".
std::string plural(std::uint64_t count, std::string_view word);

/// Bytes: a number with an optional k M G (1000) or Ki Mi Gi (1024), either case of the first letter, optional B.
std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;

std::string to_hex(const std::uint8_t* bytes, std::size_t count);

/// Standard alphabet, padding optional on decoding; nullopt when not base64.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

/// An absolute path without "", "." and ".." parts; ".." stops at the root. "" gives "/".
std::string clean_absolute_path(std::string_view path);

}  // namespace sidecarctl
