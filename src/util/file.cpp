// SPDX-License-Identifier: Apache-2.0
#include "util/file.hpp"

#include "util/environment.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace sidecarctl {

UniqueFd::~UniqueFd() {
  if (fd_ >= 0) ::close(fd_);
}

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

int UniqueFd::release() noexcept {
  return std::exchange(fd_, -1);
}

void throw_file_error(std::string_view action, const std::filesystem::path& path, int errno_value) {
  ErrorKind kind = ErrorKind::io;
  if (errno_value == ENOENT || errno_value == ENOTDIR) kind = ErrorKind::not_found;
  if (errno_value == EACCES || errno_value == EPERM) kind = ErrorKind::denied;
  Error error(kind,
              fmt::format("cannot {} '{}': {}", action, path.string(), std::generic_category().message(errno_value)));
  if (errno_value == ENOSPC) error.set_hint("free space there, or set TMPDIR to a folder with more");
  throw error;
}

std::shared_ptr<UniqueFd> open_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) throw_file_error("read", path, errno);
  return std::make_shared<UniqueFd>(fd);
}

namespace {

std::size_t read_some(int fd, std::span<std::byte> out, std::string_view what) {
  while (true) {
    const ssize_t got = ::read(fd, out.data(), out.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) throw_file_error("read", what, errno);
  }
}

UniqueFd open_without_waiting(const std::filesystem::path& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

void check_regular(const UniqueFd& file, const std::filesystem::path& path) {
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) throw_file_error("read", path, errno);
  if (!S_ISREG(info.st_mode)) throw Error(ErrorKind::io, fmt::format("'{}' is not a regular file", path.string()));
}

std::string read_open_file(int fd, const std::filesystem::path& path, std::uint64_t limit) {
  std::string text;
  while (text.size() <= limit) {
    const std::size_t old = text.size();
    text.resize(static_cast<std::size_t>(std::min<std::uint64_t>(limit + 1, old + 64 * 1024)));
    const std::size_t got = read_some(fd, std::as_writable_bytes(std::span(text).subspan(old)), path.string());
    text.resize(old + got);
    if (got == 0) return text;
  }
  throw Error(ErrorKind::corrupt, fmt::format("'{}' is longer than the limit of {} bytes", path.string(), limit));
}

}  // namespace

UniqueFd open_regular_file(const std::filesystem::path& path) {
  UniqueFd file = open_without_waiting(path);
  if (!file.valid()) throw_file_error("read", path, errno);
  check_regular(file, path);
  return file;
}

std::string read_file(const std::filesystem::path& path, std::uint64_t limit) {
  return read_open_file(open_regular_file(path).get(), path, limit);
}

std::optional<std::string> read_file_if_exists(const std::filesystem::path& path, std::uint64_t limit) {
  const UniqueFd file = open_without_waiting(path);
  if (!file.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw_file_error("read", path, errno);
  }
  check_regular(file, path);
  return read_open_file(file.get(), path, limit);
}

FileRangeSource::FileRangeSource(std::shared_ptr<UniqueFd> file, std::uint64_t offset, std::uint64_t length,
                                 std::string what)
    : file_(std::move(file)), position_(offset), end_(offset + length), what_(std::move(what)) {}

std::size_t FileRangeSource::read(std::span<std::byte> out) {
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), end_ - position_));
  if (want == 0) return 0;
  while (true) {
    const ssize_t got = ::pread(file_->get(), out.data(), want, static_cast<off_t>(position_));
    if (got > 0) {
      position_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
    if (got == 0) throw Error(ErrorKind::corrupt, fmt::format("{} ends {} bytes early", what_, end_ - position_));
    if (errno != EINTR) throw_file_error("read", what_, errno);
  }
}

std::uint64_t FileRangeSource::skip(std::uint64_t count) {
  const std::uint64_t step = std::min(count, end_ - position_);
  position_ += step;
  return step;
}

std::uint64_t file_size(const UniqueFd& file, std::string_view what) {
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) throw_file_error("read", what, errno);
  return static_cast<std::uint64_t>(info.st_size);
}

void write_all(int fd, std::span<const std::byte> bytes, std::string_view what) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0) {
      if (errno == EINTR) continue;
      throw_file_error("write", what, errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
}

std::string file_identity(const UniqueFd& file) noexcept {
  struct stat info {};
  timespec now{};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink == 0) return {};
  if (::clock_gettime(CLOCK_REALTIME, &now) != 0) return {};
  constexpr std::int64_t kSecond = 1'000'000'000;
  // The kernel's file times move with its tick, at most every 10 ms.
  constexpr std::int64_t kTooRecent = 20'000'000;
  const auto nanoseconds = [](const timespec& time) { return std::int64_t{time.tv_sec} * kSecond + time.tv_nsec; };
  const std::int64_t changed = nanoseconds(info.st_ctim);
  if (nanoseconds(now) - changed < kTooRecent) return {};
  return fmt::format("{}:{}:{}:{}:{}", info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim), changed);
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content, unsigned mode) {
  std::error_code ignored;
  if (std::filesystem::is_other(path, ignored)) {  // Renaming would replace a device or a pipe by a file.
    const UniqueFd special(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!special.valid()) throw_file_error("write", path, errno);
    write_all(special.get(), std::as_bytes(std::span(content)), path.string());
    return;
  }
  std::string name = (path.has_parent_path() ? path.parent_path() : std::filesystem::path(".")) /
                     ("." + path.filename().string() + ".XXXXXX");
  const UniqueFd file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.valid()) throw_file_error("write", path, errno);
  try {
    write_all(file.get(), std::as_bytes(std::span(content)), path.string());
    if (::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0 || ::rename(name.c_str(), path.c_str()) != 0) {
      throw_file_error("write", path, errno);
    }
  } catch (...) {
    ::unlink(name.c_str());
    throw;
  }
}

std::filesystem::path temporary_directory() {
  return process_environment("TMPDIR").value_or("/tmp");
}

std::shared_ptr<UniqueFd> open_unnamed_temporary(const std::filesystem::path& directory) {
  int fd = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {  // Not every file system has O_TMPFILE.
    std::string name = directory / "sidecarctl.XXXXXX";
    fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd >= 0) ::unlink(name.c_str());
  }
  if (fd < 0) throw_file_error("write a temporary file in", directory, errno);
  return std::make_shared<UniqueFd>(fd);
}

}  // namespace sidecarctl
