// SPDX-License-Identifier: Apache-2.0
#include "image/archive_input.hpp"

#include <archive.h>

#include <new>

namespace sidecarctl {

namespace {

la_ssize_t on_read(archive*, void* input, const void** data) noexcept {
  return static_cast<ArchiveInput*>(input)->read_block(data);
}

la_int64_t on_skip(archive*, void* input, la_int64_t count) noexcept {
  return static_cast<ArchiveInput*>(input)->skip(count);
}

}  // namespace

ArchiveInput::ArchiveInput(ByteSource& source, std::size_t block_size)
    : source_(source), archive_(archive_read_new()), buffer_(block_size) {
  if (archive_ == nullptr) throw std::bad_alloc();
}

ArchiveInput::~ArchiveInput() {
  archive_read_free(archive_);
}

int ArchiveInput::open() {
  archive_read_set_skip_callback(archive_, on_skip);
  return archive_read_open(archive_, this, nullptr, on_read, nullptr);
}

int ArchiveInput::check(int result) {
  if (pending_) std::rethrow_exception(pending_);
  return result;
}

const char* ArchiveInput::error() const noexcept {
  const char* text = archive_error_string(archive_);
  return text == nullptr ? "" : text;
}

std::ptrdiff_t ArchiveInput::read_block(const void** data) noexcept {
  try {
    if (pending_) return ARCHIVE_FATAL;
    *data = buffer_.data();
    const std::size_t got = source_.read(buffer_);
    if (got == 0) at_end_ = true;
    delivered_ += got;
    return static_cast<std::ptrdiff_t>(got);
  } catch (...) {
    pending_ = std::current_exception();
    return ARCHIVE_FATAL;
  }
}

std::int64_t ArchiveInput::skip(std::int64_t count) noexcept {
  try {
    if (pending_ || count <= 0) return 0;
    const std::uint64_t done = source_.skip(static_cast<std::uint64_t>(count));
    delivered_ += done;
    return static_cast<std::int64_t>(done);
  } catch (...) {
    pending_ = std::current_exception();
    return ARCHIVE_FATAL;
  }
}

}  // namespace sidecarctl
