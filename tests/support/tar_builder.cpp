// SPDX-License-Identifier: Apache-2.0
#include "support/tar_builder.hpp"

#include <fmt/format.h>

namespace sidecarctl::test {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMaxOctalOwner = 07777777;
constexpr std::uint64_t kMaxOctalSize = 077777777777;

std::string padding(std::size_t size) {
  return std::string((kBlock - size % kBlock) % kBlock, '\0');
}

/// Octal, or GNU's base-256 when the digits do not suffice.
std::string number(std::uint64_t value, std::size_t width) {
  std::string octal = fmt::format("{:0{}o}", value, width - 1);
  if (octal.size() < width) return octal + '\0';
  std::string binary(width, '\0');
  for (std::size_t i = 0; i < 8; ++i) binary[width - 1 - i] = static_cast<char>((value >> (8 * i)) & 0xffU);
  binary[0] = static_cast<char>(0x80);
  return binary;
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

}  // namespace

std::string pax_record(const std::string& key, const std::string& value) {
  const std::size_t rest = key.size() + value.size() + 3;  // Blank, equals sign, newline.
  std::size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) ++length;
  return fmt::format("{} {}={}\n", length, key, value);
}

std::string acl_for_user(std::uint32_t uid, unsigned bits) {
  std::string acl;
  const auto put = [&acl](std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) acl += static_cast<char>((value >> (8 * i)) & 0xffU);
  };
  const auto entry = [&put](unsigned tag, unsigned permissions, std::uint32_t id) {
    put(tag, 2);
    put(permissions, 2);
    put(id, 4);
  };
  constexpr std::uint32_t kNoId = 0xffffffff;
  put(2, 4);  // Version.
  entry(0x01, 7, kNoId);
  entry(0x02, bits, uid);
  entry(0x04, 5, kNoId);
  entry(0x10, 7, kNoId);
  entry(0x20, 5, kNoId);
  return acl;
}

void TarBuilder::header(const TarItem& item, std::uint64_t size) {
  std::string block(kBlock, '\0');
  const auto put = [&block](std::size_t at, std::size_t width, const std::string& text) {
    block.replace(at, std::min(width, text.size()), text.substr(0, width));
  };
  const bool gnu = dialect_ == Dialect::gnu;
  const auto owner = [gnu](std::uint64_t id) { return number(gnu ? id : std::min(id, kMaxOctalOwner), 8); };
  put(0, 100, item.name);
  put(100, 8, number(item.mode, 8));
  put(108, 8, owner(item.uid));
  put(116, 8, owner(item.gid));
  put(124, 12, number(gnu ? size : std::min(size, kMaxOctalSize), 12));
  put(136, 12, number(0, 12));
  put(148, 8, "        ");
  block[156] = item.type;
  put(157, 100, item.link);
  put(257, 8, gnu ? std::string("ustar  \0", 8) : std::string("ustar\000000", 8));
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  bytes_ += block;
}

void TarBuilder::extended(char type, const std::string& body) {
  TarItem item;
  item.name = type == 'x' ? "PaxHeaders/entry" : "././@LongLink";
  item.type = type;
  header(item, body.size());
  bytes_ += body + padding(body.size());
}

TarBuilder& TarBuilder::add(TarItem item) {
  const std::uint64_t size = item.claimed_size.value_or(item.content.size());
  if (dialect_ == Dialect::gnu) {
    if (item.name.size() > 100) extended('L', item.name + '\0');
    if (item.link.size() > 100) extended('K', item.link + '\0');
  }
  std::string pax;
  const auto record = [&pax](const std::string& key, const std::string& value) { pax += pax_record(key, value); };
  if (dialect_ == Dialect::pax) {
    if (item.name.size() > 100 || !is_ascii(item.name)) record("path", item.name);
    if (item.link.size() > 100 || !is_ascii(item.link)) record("linkpath", item.link);
    if (item.uid > kMaxOctalOwner) record("uid", std::to_string(item.uid));
    if (item.gid > kMaxOctalOwner) record("gid", std::to_string(item.gid));
    if (size > kMaxOctalSize) record("size", std::to_string(size));
  }
  for (const auto& [key, value] : item.pax) record(key, value);
  if (!pax.empty()) extended('x', pax);
  header(item, size);
  bytes_ += item.content + padding(item.content.size());
  return *this;
}

TarBuilder& TarBuilder::directory(std::string name, std::uint32_t mode, std::uint64_t uid, std::uint64_t gid) {
  if (!name.ends_with('/')) name += '/';
  return add({.name = std::move(name), .type = '5', .mode = mode, .uid = uid, .gid = gid});
}

TarBuilder& TarBuilder::file(std::string name, std::string content, std::uint32_t mode, std::uint64_t uid,
                             std::uint64_t gid) {
  return add({.name = std::move(name), .content = std::move(content), .mode = mode, .uid = uid, .gid = gid});
}

TarBuilder& TarBuilder::symlink(std::string name, std::string target) {
  return add({.name = std::move(name), .type = '2', .link = std::move(target), .mode = 0777});
}

TarBuilder& TarBuilder::hardlink(std::string name, std::string target, std::uint32_t mode, std::uint64_t uid,
                                 std::uint64_t gid) {
  return add({.name = std::move(name), .type = '1', .link = std::move(target), .mode = mode, .uid = uid, .gid = gid});
}

TarBuilder& TarBuilder::whiteout(std::string_view path) {
  const std::size_t base = path.rfind('/') + 1;  // npos + 1 is 0.
  return file(std::string(path.substr(0, base)) + ".wh." + std::string(path.substr(base)));
}

TarBuilder& TarBuilder::opaque(std::string_view directory) {
  return file(std::string(directory) + (directory.empty() ? "" : "/") + ".wh..wh..opq");
}

TarBuilder& TarBuilder::raw(std::string_view bytes) {
  bytes_ += bytes;
  return *this;
}

}  // namespace sidecarctl::test
