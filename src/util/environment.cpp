// SPDX-License-Identifier: Apache-2.0
#include "util/environment.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace sidecarctl {

std::optional<std::string> process_environment(const std::string& name) {
  // No thread of ours changes the environment.
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::optional<std::filesystem::path> home_directory(const Environment& environment) {
  if (auto home = environment("HOME"); home && home->front() == '/') return *home;
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return found->pw_dir;
  return std::nullopt;
}

std::optional<std::filesystem::path> cache_directory(const Environment& environment) {
  if (auto cache = environment("XDG_CACHE_HOME"); cache && cache->front() == '/') {
    return std::filesystem::path(*cache) / "sidecarctl";
  }
  if (auto home = home_directory(environment)) return *home / ".cache" / "sidecarctl";
  return std::nullopt;
}

}  // namespace sidecarctl
