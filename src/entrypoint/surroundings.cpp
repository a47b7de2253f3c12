// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/surroundings.hpp"

#include "protocol/directory.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace sidecarctl::entrypoint {
namespace {

/// Of files of the system; a passwd of thousands of users fits.
constexpr std::size_t kMaxSystemFile = 1024 * 1024;

std::string read_system_file(const std::string& path) {
  std::string text;
  const protocol::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[4096];
  while (file.valid() && text.size() < kMaxSystemFile) {
    const ssize_t size = ::read(file.get(), buffer, sizeof buffer);
    if (size <= 0) break;
    text.append(buffer, static_cast<std::size_t>(size));
  }
  return text;
}

std::string_view take_line(std::string_view& text) noexcept {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
  return line;
}

/// The field of a line like "a:b:c"; empty when there are fewer.
std::string_view field(std::string_view line, int index) noexcept {
  for (; index > 0; --index) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return {};
    line.remove_prefix(colon + 1);
  }
  return line.substr(0, line.find(':'));
}

bool is_usable_folder(const std::string& path) {
  struct stat status {};
  return path.starts_with('/') && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         ::faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

std::string octal(unsigned mode) {
  std::string text;
  for (int shift = 9; shift >= 0; shift -= 3)
    text += static_cast<char>('0' + (mode >> static_cast<unsigned>(shift) & 7U));
  return text;
}

/// What somebody needs to know to repair the folder.
std::string with_owner(const std::string& path, const char* what, int error) {
  std::string text = path + " " + what + ": " + std::strerror(error) + " (uid " + std::to_string(::geteuid()) +
                     ", gid " + std::to_string(::getegid());
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    text += "; " + mode_and_owner(status);
  }
  return text + ")";
}

}  // namespace

std::string mode_and_owner(const struct stat& status) {
  return "mode " + octal(status.st_mode & 07777U) + ", owner " + std::to_string(status.st_uid) + ":" +
         std::to_string(status.st_gid);
}

std::string home_in_passwd(std::string_view passwd, uid_t uid) {
  const std::string wanted = std::to_string(uid);
  while (!passwd.empty()) {
    const std::string_view line = take_line(passwd);
    if (field(line, 2) == wanted) return std::string(field(line, 5));
  }
  return {};
}

std::string usable_home(const char* current, const std::string& fallback) {
  if (current != nullptr && is_usable_folder(current)) return current;
  const std::string listed = home_in_passwd(read_system_file("/etc/passwd"), ::geteuid());
  if (is_usable_folder(listed)) return listed;
  return is_usable_folder("/tmp") ? "/tmp" : fallback;
}

std::int64_t oom_kills_in(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (!line.starts_with("oom_kill ")) continue;
    line.remove_prefix(9);
    std::int64_t value = 0;
    for (const char digit : line) {
      if (digit < '0' || digit > '9' || value > INT64_MAX / 100) return -1;
      value = value * 10 + (digit - '0');
    }
    return line.empty() ? -1 : value;
  }
  return -1;
}

std::string cgroup_path(std::string_view text, std::string_view controller) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    std::string_view names = field(line, 1);
    bool found = controller.empty() && names.empty() && line.starts_with("0:");
    while (!controller.empty() && !names.empty()) {
      const std::string_view name = names.substr(0, names.find(','));
      found = found || name == controller;
      names.remove_prefix(name.size() < names.size() ? name.size() + 1 : name.size());
    }
    if (!found) continue;
    const std::size_t second = line.find(':', line.find(':') + 1);
    return std::string(line.substr(second + 1));
  }
  return {};
}

std::int64_t oom_kill_count() {
  const std::string groups = read_system_file("/proc/self/cgroup");
  const std::string root = "/sys/fs/cgroup";
  // With a cgroup namespace the path is "/"; without one it may not be mounted here, then the root of the mount is
  // ours.
  const std::string candidates[] = {root + cgroup_path(groups, "") + "/memory.events", root + "/memory.events",
                                    root + "/memory" + cgroup_path(groups, "memory") + "/memory.oom_control",
                                    root + "/memory/memory.oom_control"};
  for (const std::string& path : candidates) {
    if (const std::int64_t count = oom_kills_in(read_system_file(path)); count >= 0) return count;
  }
  return -1;
}

std::string why_unusable(const std::string& path) {
  protocol::Directory folder;
  if (!folder.open(path)) return with_owner(path, "is not a folder we can open", errno);
  const std::string probe = ".sidecar-probe-" + std::to_string(::getpid());
  const std::string renamed = probe + ".renamed";
  protocol::Descriptor file = folder.create(probe);
  if (!file.valid())
    return with_owner(path, errno == ENOSPC || errno == EDQUOT ? "is full" : "cannot be written to", errno);
  if (!folder.rename(probe, renamed)) {
    const int error = errno;
    folder.remove(probe);
    return with_owner(path, "does not let files be renamed", error);
  }
  if (!folder.remove(renamed)) return with_owner(path, "does not let files be removed", errno);
  return {};
}

}  // namespace sidecarctl::entrypoint
