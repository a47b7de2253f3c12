// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/log_file.hpp"

#include "protocol/names.hpp"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sidecarctl::entrypoint {
namespace {

/// Whole lines from the front of `lines`, in pieces, so that one large burst does not pass the limit.
std::string_view next_piece(std::string_view lines, std::uint64_t room) noexcept {
  constexpr std::size_t kPiece = 64 * 1024;
  if (lines.size() <= kPiece && lines.size() <= room) return lines;
  const std::string_view piece = lines.substr(0, room > 0 && room < kPiece ? static_cast<std::size_t>(room) : kPiece);
  const std::size_t end = piece.rfind('\n');
  return end == std::string_view::npos ? piece : piece.substr(0, end + 1);
}

}  // namespace

void LogFile::open(bool append) {
  file_.reset();
  size_ = dropped_ = 0;
  cut_ = false;
  if (limit_ == 0) return;
  file_ = append ? folder_->open_append(protocol::kLogFile) : folder_->create(protocol::kLogFile);
  if (!append) folder_->remove(protocol::kOldLogFile);
  struct stat status {};
  if (file_.valid() && ::fstat(file_.get(), &status) == 0) size_ = static_cast<std::uint64_t>(status.st_size);
}

void LogFile::rotate() {
  // Only our own file is moved: the command may have put something else there.
  if (folder_->is_same(protocol::kLogFile, file_.get())) folder_->rename(protocol::kLogFile, protocol::kOldLogFile);
  protocol::Descriptor next = folder_->create(protocol::kLogFile);
  if (!next.valid()) {
    // No room for a further name: the old part goes instead.
    truncate();
    return;
  }
  file_ = static_cast<protocol::Descriptor&&>(next);
  size_ = 0;
}

void LogFile::truncate() {
  if (!file_.valid()) return;
  if (::ftruncate(file_.get(), 0) != 0) return;
  ::lseek(file_.get(), 0, SEEK_SET);
  size_ = 0;
  folder_->remove(protocol::kOldLogFile);
}

void LogFile::write(std::string_view lines) {
  if (!file_.valid()) return;
  while (!lines.empty()) {
    const std::string_view piece = next_piece(lines, limit_ / 2);
    if (size_ > 0 && size_ + piece.size() > limit_ / 2) rotate();
    if (cut_ && ::write(file_.get(), "\n", 1) == 1) cut_ = false;
    const ssize_t written = ::write(file_.get(), piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    const auto count = written < 0 ? 0 : static_cast<std::size_t>(written);
    size_ += count;
    if (count < piece.size()) {
      cut_ = cut_ || (count > 0 && piece[count - 1] != '\n');
      dropped_ += lines.size() - count;
      return;
    }
    lines.remove_prefix(count);
  }
}

}  // namespace sidecarctl::entrypoint
