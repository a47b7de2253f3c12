// SPDX-License-Identifier: Apache-2.0
#include "cli/streams.hpp"

#include <unistd.h>

#include <cerrno>

namespace sidecarctl {

FdOutputBuffer::FdOutputBuffer(int fd) : fd_(fd) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

FdOutputBuffer::~FdOutputBuffer() {
  write_out();
}

bool FdOutputBuffer::write_out() {
  const char* next = pbase();
  while (next != pptr() && first_error_ == 0) {
    const ssize_t written = ::write(fd_, next, static_cast<std::size_t>(pptr() - next));
    if (written >= 0) {
      next += written;
    } else if (errno != EINTR) {
      first_error_ = errno;
    }
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return first_error_ == 0;
}

FdOutputBuffer::int_type FdOutputBuffer::overflow(int_type character) {
  if (!write_out()) return traits_type::eof();
  if (!traits_type::eq_int_type(character, traits_type::eof())) sputc(traits_type::to_char_type(character));
  return traits_type::not_eof(character);
}

int FdOutputBuffer::sync() {
  return write_out() ? 0 : -1;
}

FdInputBuffer::int_type FdInputBuffer::underflow() {
  while (!cancel_.cancelled()) {
    const ssize_t got = ::read(fd_, buffer_.data(), buffer_.size());
    if (got > 0) {
      setg(buffer_.data(), buffer_.data(), buffer_.data() + got);
      return traits_type::to_int_type(buffer_[0]);
    }
    if (got == 0 || errno != EINTR) break;
  }
  return traits_type::eof();
}

}  // namespace sidecarctl
