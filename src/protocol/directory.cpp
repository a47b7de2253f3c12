// SPDX-License-Identifier: Apache-2.0
#include "protocol/directory.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cstring>

namespace sidecarctl::protocol {
namespace {

constexpr long kNfsMagic = 0x6969;
/// Written by us for readers with another uid.
constexpr mode_t kMode = 0644;

bool is_regular(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return false;
  if (!S_ISREG(status.st_mode)) errno = EINVAL;
  return S_ISREG(status.st_mode);
}

}  // namespace

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool Directory::open(const std::string& path) {
  path_ = path;
  descriptor_ = Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct statfs system {};
  network_ = descriptor_.valid() && ::fstatfs(descriptor_.get(), &system) == 0 && system.f_type == kNfsMagic;
  return descriptor_.valid();
}

bool Directory::listed(std::string_view name) const {
  const int copy = ::openat(descriptor_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* folder = copy < 0 ? nullptr : ::fdopendir(copy);
  if (folder == nullptr) return false;
  bool found = false;
  while (const dirent* entry = ::readdir(folder)) found = found || name == entry->d_name;
  ::closedir(folder);
  return found;
}

bool Directory::exists(std::string_view name) const {
  if (network_) return listed(name);
  struct stat status {};
  return ::fstatat(descriptor_.get(), std::string(name).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

Descriptor Directory::open_part(int folder, const std::string& part, bool last) const {
  // O_NONBLOCK: a FIFO must not hold us; it is refused when its type is known.
  const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (last ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY);
  return Descriptor(::openat(folder, part.c_str(), flags));
}

Descriptor Directory::open_below(std::string_view name) const {
  Descriptor folder;
  int at = descriptor_.get();
  for (std::size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    Descriptor next = open_part(at, std::string(name.substr(0, slash)), false);
    if (!next.valid()) return next;
    folder = static_cast<Descriptor&&>(next);
    at = folder.get();
    name.remove_prefix(slash + 1);
  }
  Descriptor file = open_part(at, std::string(name), true);
  if (file.valid() && !is_regular(file.get())) return {};
  return file;
}

bool Directory::read_file(std::string_view name, std::size_t limit, std::string& content) const {
  content.clear();
  const Descriptor file = open_below(name);
  if (!file.valid()) return false;
  char buffer[4096];
  while (content.size() <= limit) {
    const ssize_t size = ::read(file.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    if (size == 0) return true;
    content.append(buffer, static_cast<std::size_t>(size));
  }
  errno = EFBIG;
  return false;
}

Descriptor Directory::create(std::string_view name) const {
  const std::string text(name);
  remove(name);
  Descriptor file(
      ::openat(descriptor_.get(), text.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode));
  if (file.valid()) ::fchmod(file.get(), kMode);
  return file;
}

Descriptor Directory::open_append(std::string_view name) const {
  const std::string text(name);
  Descriptor file(::openat(descriptor_.get(), text.c_str(), O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  // A second name could be a file outside of the folder.
  if (file.valid() && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1) return file;
  return create(name);
}

bool Directory::is_same(std::string_view name, int descriptor) const {
  struct stat named {};
  struct stat held {};
  return ::fstatat(descriptor_.get(), std::string(name).c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(descriptor, &held) == 0 && named.st_dev == held.st_dev && named.st_ino == held.st_ino;
}

bool Directory::rename(std::string_view from, std::string_view to) const {
  const std::string source(from);
  const std::string target(to);
  if (::renameat(descriptor_.get(), source.c_str(), descriptor_.get(), target.c_str()) == 0) return true;
  if (errno != EISDIR && errno != ENOTEMPTY && errno != EEXIST) return false;
  // A folder stands where the file belongs.
  return remove(to) && ::renameat(descriptor_.get(), source.c_str(), descriptor_.get(), target.c_str()) == 0;
}

bool Directory::remove(std::string_view name) const {
  const std::string text(name);
  if (::unlinkat(descriptor_.get(), text.c_str(), 0) == 0 || errno == ENOENT) return true;
  const int reason = errno;
  if (::unlinkat(descriptor_.get(), text.c_str(), AT_REMOVEDIR) == 0) return true;
  errno = errno == ENOTDIR ? reason : errno;
  return false;
}

void Directory::sync() const {
  ::fsync(descriptor_.get());
}

}  // namespace sidecarctl::protocol
