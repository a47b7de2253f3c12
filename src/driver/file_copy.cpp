// SPDX-License-Identifier: Apache-2.0
#include "driver/file_copy.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/sha256.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <vector>

namespace sidecarctl {

namespace {

constexpr std::size_t kBlock = 256UL * 1024;

class Copier {
 public:
  Copier(const NamedFile& from, const NamedFile& to, const CancelToken& cancel)
      : from_(from), to_(to), cancel_(cancel), buffer_(kBlock) {}

  CopiedBytes run() {
    struct stat status {};
    if (::fstat(from_.descriptor, &status) != 0) throw_file_error("read", from_.name, errno);
    const off_t size = status.st_size;
    while (at_ < size) {
      const off_t data = seek(SEEK_DATA, size);
      pass_hole(std::min(data, size));
      if (at_ < size) copy_data(std::min(seek(SEEK_HOLE, size), size));
    }
    if (::ftruncate(to_.descriptor, size) != 0) throw_file_error("write", to_.name, errno);
    const Sha256Bytes hash = hash_.finish();
    return {static_cast<std::uint64_t>(size), to_hex(hash.data(), hash.size())};
  }

 private:
  /// Where data or a hole begins from here on; a file system that cannot tell says: data up to the end.
  off_t seek(int whence, off_t size) const {
    const off_t found = ::lseek(from_.descriptor, at_, whence);
    if (found >= 0) return found;
    return whence == SEEK_DATA && errno != ENXIO ? at_ : size;
  }

  void pass_hole(off_t end) {
    std::fill(buffer_.begin(), buffer_.end(), std::byte{0});
    while (at_ < end) {
      cancel_.check();
      const auto count = std::min<std::size_t>(buffer_.size(), static_cast<std::size_t>(end - at_));
      hash_.update(std::span(buffer_).first(count));
      at_ += static_cast<off_t>(count);
    }
  }

  void copy_data(off_t end) {
    if (::lseek(to_.descriptor, at_, SEEK_SET) < 0) throw_file_error("write", to_.name, errno);
    while (at_ < end) {
      cancel_.check();
      const auto wanted = std::min<std::size_t>(buffer_.size(), static_cast<std::size_t>(end - at_));
      const ssize_t got = ::pread(from_.descriptor, buffer_.data(), wanted, at_);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw_file_error("read", from_.name, errno);
      if (got == 0) throw Error(ErrorKind::io, fmt::format("'{}' got shorter while it was copied", from_.name));
      const auto block = std::span(buffer_).first(static_cast<std::size_t>(got));
      hash_.update(block);
      write_all(to_.descriptor, block, to_.name);
      at_ += got;
    }
  }

  const NamedFile& from_;
  const NamedFile& to_;
  const CancelToken& cancel_;
  std::vector<std::byte> buffer_;
  Sha256 hash_;
  off_t at_ = 0;
};

}  // namespace

CopiedBytes copy_file(const NamedFile& from, const NamedFile& to, const CancelToken& cancel) {
  return Copier(from, to, cancel).run();
}

}  // namespace sidecarctl
