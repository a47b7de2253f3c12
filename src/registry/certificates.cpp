// SPDX-License-Identifier: Apache-2.0
#include "registry/certificates.hpp"

#include "util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace sidecarctl {

namespace {

/// A folder with more is not one of certificates.
constexpr std::size_t kMaxFiles = 256;

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code code;
  for (std::filesystem::directory_iterator at(folder, code), end; !code && at != end && files.size() < kMaxFiles;
       at.increment(code)) {
    files.push_back(at->path());
  }
  if (code && code != std::errc::no_such_file_or_directory && code != std::errc::not_a_directory) {
    throw Error(ErrorKind::config, fmt::format("cannot read '{}': {}", folder.string(), code.message()));
  }
  std::sort(files.begin(), files.end());  // The same choice on every machine.
  return files;
}

void require_other_half(const std::filesystem::path& file, const char* ending) {
  std::filesystem::path other = file;
  other.replace_extension(ending);
  std::error_code code;
  if (std::filesystem::exists(other, code)) return;
  throw Error(ErrorKind::config,
              fmt::format("'{}' needs '{}' beside it, which is not there", file.string(), other.filename().string()));
}

}  // namespace

std::vector<std::filesystem::path> certificate_folders(const Environment& environment) {
  std::vector<std::filesystem::path> folders;
  std::optional<std::filesystem::path> config;
  if (auto folder = environment("XDG_CONFIG_HOME")) {
    config = *folder;
  } else if (auto home = home_directory(environment)) {
    config = *home / ".config";
  }
  if (config) {
    folders.push_back(*config / "containers" / "certs.d");
    folders.push_back(*config / "docker" / "certs.d");  // Rootless docker.
  }
  folders.emplace_back("/etc/containers/certs.d");
  folders.emplace_back("/etc/docker/certs.d");
  return folders;
}

RegistryCertificates find_certificates(const std::string& registry, const std::vector<std::filesystem::path>& folders) {
  RegistryCertificates found;
  for (const auto& folder : folders) {
    for (const auto& file : files_in(folder / registry)) {
      const std::string ending = file.extension().string();
      if (ending == ".crt") {
        found.cas.push_back(file);
      } else if (ending == ".cert") {
        require_other_half(file, ".key");
        if (found.cert) continue;
        found.cert = file;
        found.key = std::filesystem::path(file).replace_extension(".key");
      } else if (ending == ".key") {
        require_other_half(file, ".cert");
      }
    }
  }
  return found;
}

}  // namespace sidecarctl
