// SPDX-License-Identifier: Apache-2.0
#include "image/decompress.hpp"
#include "image/tar_header.hpp"
#include "image/tar_index.hpp"
#include "transports/transport.hpp"
#include "util/error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

#include <array>
#include <filesystem>
#include <string>

namespace sidecarctl {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDockerfileHead = 64UL * 1024;  // Comments may come first, but not more than this.

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

PathKind look_at_folder(const fs::path& folder) {
  if (is_file(folder / "index.json") && is_file(folder / "oci-layout")) return PathKind::oci_layout;
  const bool has_dockerfile = is_file(folder / "Dockerfile") || is_file(folder / "Containerfile");
  return has_dockerfile ? PathKind::folder_with_dockerfile : PathKind::other;
}

bool has_dockerfile_name(const std::string& name) {
  const std::string lower = to_lower(name);
  for (const std::string_view word : {"dockerfile", "containerfile"}) {
    if (lower == word || lower.starts_with(std::string(word) + ".") || lower.ends_with("." + std::string(word)))
      return true;
  }
  return false;
}

/// The first instruction of a Dockerfile is FROM, or an ARG for it.
bool reads_like_dockerfile(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return false;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (const std::string& line : split(text, '\n')) {
    const std::string_view instruction = trim(line);
    if (instruction.empty() || instruction.starts_with('#')) continue;
    const std::string word = to_lower(instruction.substr(0, instruction.find_first_of(" \t")));
    return word == "from" || word == "arg";
  }
  return false;
}

PathKind kind_of_tar(const UniqueFd& file) {
  const TarIndex index = TarIndex::scan(file, "the archive");
  if (index.contains("manifest.json")) return PathKind::docker_archive;
  return index.contains("index.json") ? PathKind::oci_archive : PathKind::other;
}

PathKind look_at_file(const fs::path& path) {
  const auto file = open_file(path);
  FileRangeSource bytes(file, 0, file_size(*file, path.string()), path.string());
  const std::string head = read_up_to(bytes, kDockerfileHead);
  if (has_dockerfile_name(path.filename().string()) && head.find('\0') == std::string::npos)
    return PathKind::dockerfile;
  if (reads_like_dockerfile(head)) return PathKind::dockerfile;
  const Compression compression = detect_compression(std::string_view(head).substr(0, kTarBlock));
  // Which of the two it is stands at the end of what may be gigabytes; whoever opens it will see.
  if (compression != Compression::none && compression != Compression::unknown) return PathKind::docker_archive;
  try {
    return kind_of_tar(*file);
  } catch (const Error&) {
    // Damage after a good start is for whoever opens it to tell.
    return compression == Compression::none && head.size() >= kTarBlock ? PathKind::docker_archive : PathKind::other;
  }
}

}  // namespace

PathKind look_at_path(const fs::path& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  switch (status.type()) {
    case fs::file_type::not_found:
    case fs::file_type::none: return PathKind::absent;
    case fs::file_type::directory: return look_at_folder(path);
    case fs::file_type::regular: return look_at_file(path);
    default: return PathKind::other;
  }
}

}  // namespace sidecarctl
