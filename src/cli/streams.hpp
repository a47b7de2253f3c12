// SPDX-License-Identifier: Apache-2.0
// Standard streams on file descriptors that keep what the C++ ones forget: the errno of the first failed write.
#pragma once

#include "util/cancel.hpp"

#include <array>
#include <cstddef>
#include <streambuf>

namespace sidecarctl {

/// Buffered output to a descriptor that it does not own. A failed write makes the stream bad and keeps errno; what was
/// buffered then is dropped, so that no later flush tries again.
class FdOutputBuffer final : public std::streambuf {
 public:
  explicit FdOutputBuffer(int fd);
  ~FdOutputBuffer() override;
  /// 0: everything so far was written or is buffered.
  int first_error() const noexcept { return first_error_; }

 protected:
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  bool write_out();

  int fd_;
  int first_error_ = 0;
  std::array<char, 16UL * 1024> buffer_{};
};

/// Input from a descriptor. When `cancel` is set the input ends: a signal during a prompt is not waited out.
class FdInputBuffer final : public std::streambuf {
 public:
  FdInputBuffer(int fd, const CancelToken& cancel) : fd_(fd), cancel_(cancel) {}

 protected:
  int_type underflow() override;

 private:
  int fd_;
  const CancelToken& cancel_;
  std::array<char, 4096> buffer_{};
};

}  // namespace sidecarctl
