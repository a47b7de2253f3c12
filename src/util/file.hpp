// SPDX-License-Identifier: Apache-2.0
// Local files: descriptors, whole small files, atomic replacement, ranges of large files.
#pragma once

#include "util/byte_source.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

/// Owns a file descriptor.
class UniqueFd {
 public:
  explicit UniqueFd(int fd = -1) noexcept : fd_(fd) {}
  ~UniqueFd();
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  int get() const noexcept { return fd_; }
  bool valid() const noexcept { return fd_ >= 0; }
  int release() noexcept;

 private:
  int fd_;
};

/// Opens for reading, close-on-exec. Throws Error{not_found|denied|io} naming the path as given.
std::shared_ptr<UniqueFd> open_file(const std::filesystem::path& path);

/// The same for a regular file only: a FIFO could hold us for ever, a device never end. Throws Error{io} for others.
UniqueFd open_regular_file(const std::filesystem::path& path);

/// An Error of the right kind for `errno_value`: "cannot ACTION 'PATH': permission denied".
[[noreturn]] void throw_file_error(std::string_view action, const std::filesystem::path& path, int errno_value);

/// A whole file. Throws Error{corrupt} if it is longer than `limit`; Error{io} for a folder or device.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit);

/// As read_file, but nullopt if there is no such file.
std::optional<std::string> read_file_if_exists(const std::filesystem::path& path, std::uint64_t limit);

/// Bytes [offset, offset+length) of an open file, by pread: several may share one descriptor, from several threads.
/// A file that ends early throws Error{corrupt} naming `what`.
class FileRangeSource final : public ByteSource {
 public:
  FileRangeSource(std::shared_ptr<UniqueFd> file, std::uint64_t offset, std::uint64_t length, std::string what);
  std::size_t read(std::span<std::byte> out) override;
  std::uint64_t skip(std::uint64_t count) override;

 private:
  std::shared_ptr<UniqueFd> file_;
  std::uint64_t position_, end_;
  std::string what_;
};

/// The size of an open regular file in bytes.
std::uint64_t file_size(const UniqueFd& file, std::string_view what);

/// Device, inode, size and times of an open regular file as one text: equal as long as nobody has written to it. "" for
/// a file without a name, and for one that was written so recently that a further write might not show in its times.
std::string file_identity(const UniqueFd& file) noexcept;

/// Writes a file so that readers see the old one or the whole new one: a temporary name beside it, sync, rename.
/// `mode` as for open(2). A device or a pipe is written to as it is.
void write_file_atomically(const std::filesystem::path& path, std::string_view content, unsigned mode = 0644);

/// A file without a name in $TMPDIR (or /tmp): gone when the descriptor is closed, whatever happens.
std::shared_ptr<UniqueFd> open_unnamed_temporary(const std::filesystem::path& directory);

/// $TMPDIR or /tmp.
std::filesystem::path temporary_directory();

/// Writes all of `bytes` at the descriptor's position. Throws Error{io}; ENOSPC has a hint.
void write_all(int fd, std::span<const std::byte> bytes, std::string_view what);

}  // namespace sidecarctl
