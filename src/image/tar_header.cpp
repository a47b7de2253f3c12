// SPDX-License-Identifier: Apache-2.0
#include "image/tar_header.hpp"

#include "util/error.hpp"
#include "util/strings.hpp"

#include <numeric>

namespace sidecarctl {

namespace {

// Field offsets and lengths: POSIX.1-1988 ustar, "struct posix_header".
constexpr std::size_t kSizeAt = 124, kChecksumAt = 148, kTypeAt = 156, kLinkAt = 157, kMagicAt = 257, kPrefixAt = 345;
constexpr std::size_t kNameLength = 100, kNumberLength = 12, kChecksumLength = 8, kPrefixLength = 155;

/// A text field ends at its first NUL, or is full.
std::string_view text_field(std::string_view block, std::size_t at, std::size_t length) {
  const std::string_view field = block.substr(at, length);
  return field.substr(0, field.find('\0'));
}

/// Octal digits between blanks and NULs; nullopt for anything else. An empty field is 0.
std::optional<std::uint64_t> octal(std::string_view field) {
  const auto is_padding = [](char c) { return c == ' ' || c == '\0'; };
  while (!field.empty() && is_padding(field.front())) field.remove_prefix(1);
  while (!field.empty() && is_padding(field.back())) field.remove_suffix(1);
  std::uint64_t value = 0;
  for (const char c : field) {
    if (c < '0' || c > '7' || value >> 61U != 0) return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

/// A number of GNU tar above the octal range: the top bit set, then big-endian. Negative ones (0xff) are none of ours.
std::optional<std::uint64_t> base256(std::string_view field) {
  if (static_cast<unsigned char>(field[0]) != 0x80) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : field.substr(1)) {
    if (value >> 56U != 0) return std::nullopt;
    value = (value << 8U) | static_cast<unsigned char>(c);
  }
  return value;
}

std::uint64_t number_field(std::string_view block, std::size_t at, std::size_t length) {
  const std::string_view field = block.substr(at, length);
  const bool is_binary = (static_cast<unsigned char>(field[0]) & 0x80U) != 0;
  const auto value = is_binary ? base256(field) : octal(field);
  if (!value) throw ParseError("the size in a tar header is not a number", at);
  return *value;
}

bool checksum_fits(std::string_view block) {
  const auto stored = octal(block.substr(kChecksumAt, kChecksumLength));
  if (!stored) return false;
  // Old tars added the bytes as signed characters.
  std::int64_t as_unsigned = 0, as_signed = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) {
    const bool in_checksum = i >= kChecksumAt && i < kChecksumAt + kChecksumLength;
    const char c = in_checksum ? ' ' : block[i];
    as_unsigned += static_cast<unsigned char>(c);
    as_signed += static_cast<signed char>(c);
  }
  return static_cast<std::int64_t>(*stored) == as_unsigned || static_cast<std::int64_t>(*stored) == as_signed;
}

void take_pax_record(std::string_view key, std::string_view value, PaxFields& fields) {
  if (key == "path") fields.path = value;
  if (key == "linkpath") fields.link_target = value;
  if (key.starts_with("GNU.sparse.")) fields.sparse = true;
  if (key == "size") {
    fields.size = parse_unsigned(value);
    if (!fields.size) throw ParseError("the size in a pax header is not a number", 0);
  }
}

}  // namespace

std::optional<TarHeader> parse_tar_header(std::string_view block) {
  SIDECARCTL_CHECK(block.size() == kTarBlock, "a tar header is one block");
  if (!checksum_fits(block)) return std::nullopt;
  TarHeader header;
  header.name = text_field(block, 0, kNameLength);
  header.link_target = text_field(block, kLinkAt, kNameLength);
  header.type = block[kTypeAt];
  if (header.type == '\0' || header.type == '7') header.type = '0';
  header.size = number_field(block, kSizeAt, kNumberLength);
  // GNU's magic is "ustar " and has other things where POSIX has the prefix.
  if (block.substr(kMagicAt, 6) == std::string_view("ustar\0", 6)) {
    const std::string_view prefix = text_field(block, kPrefixAt, kPrefixLength);
    if (!prefix.empty()) header.name = std::string(prefix) + "/" + header.name;
  }
  return header;
}

PaxFields parse_pax(std::string_view body) {
  PaxFields fields;
  std::size_t at = 0;
  // Some writers pad the last record with NULs.
  while (at < body.size() && body[at] != '\0') {
    const std::string_view rest = body.substr(at);
    const std::size_t blank = rest.find(' ');
    const auto length = blank == std::string_view::npos ? std::nullopt : parse_unsigned(rest.substr(0, blank));
    if (!length || *length <= blank + 1 || *length > rest.size() ||
        rest[static_cast<std::size_t>(*length) - 1] != '\n') {
      throw ParseError("a pax header has a record of the wrong length", at);
    }
    const std::string_view record = rest.substr(blank + 1, static_cast<std::size_t>(*length) - blank - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) throw ParseError("a pax header has a record without '='", at);
    take_pax_record(record.substr(0, equals), record.substr(equals + 1), fields);
    at += static_cast<std::size_t>(*length);
  }
  return fields;
}

}  // namespace sidecarctl
