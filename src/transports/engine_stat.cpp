// SPDX-License-Identifier: Apache-2.0
#include "transports/engine_stat.hpp"

#include "util/error.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"

#include <utility>

namespace sidecarctl {

namespace {

// Bits of Go's os.FileMode, which are not those of stat(2).
constexpr std::uint64_t kDirectory = 1U << 31, kSymlink = 1U << 27, kDevice = 1U << 26, kFifo = 1U << 25,
                        kSocket = 1U << 24, kSetuid = 1U << 23, kSetgid = 1U << 22, kCharacterDevice = 1U << 21,
                        kSticky = 1U << 20, kIrregular = 1U << 19;

FileType type_of(std::uint64_t mode) noexcept {
  if ((mode & kDirectory) != 0) return FileType::directory;
  if ((mode & kSymlink) != 0) return FileType::symlink;
  if ((mode & kCharacterDevice) != 0) return FileType::character_device;
  if ((mode & kDevice) != 0) return FileType::block_device;
  if ((mode & kFifo) != 0) return FileType::fifo;
  return (mode & (kSocket | kIrregular)) != 0 ? FileType::other : FileType::file;
}

std::uint32_t permissions_of(std::uint64_t mode) noexcept {
  return static_cast<std::uint32_t>(mode & 0777U) | ((mode & kSetuid) != 0 ? 04000U : 0U) |
         ((mode & kSetgid) != 0 ? 02000U : 0U) | ((mode & kSticky) != 0 ? 01000U : 0U);
}

}  // namespace

std::optional<FileNode> parse_engine_stat(const Headers& headers) {
  const auto header = find_header(headers, "X-Docker-Container-Path-Stat");
  const auto text = header ? base64_decode(*header) : std::nullopt;
  if (!text) return std::nullopt;
  try {
    const Json document = parse_json(*text, "the engine's answer");
    const JsonReader stat(document, "the engine's answer");
    const std::uint64_t mode = stat.at("mode").unsigned_number();
    FileNode node;
    node.brief = true;
    node.type = type_of(mode);
    node.mode = permissions_of(mode);
    if (node.is_file()) node.size = stat.at("size").unsigned_number();
    if (node.is_symlink()) node.link_target = stat.string_or("linkTarget", "");
    if (node.is_symlink() && !node.link_target.starts_with('/')) return std::nullopt;
    return node;
  } catch (const Error&) {
    return std::nullopt;  // Another engine's idea of it: the tar tells.
  }
}

}  // namespace sidecarctl
