// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/input_check.hpp"

#include "protocol/names.hpp"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace sidecarctl::entrypoint {
namespace {

/// Some 10 ms of hashing.
constexpr std::size_t kPiece = 2 * 1024 * 1024;

}  // namespace

void InputCheck::begin(std::int64_t now) {
  *this = InputCheck(*folder_);
  give_up_ = now + kWriteTime;
}

InputCheck::Step InputCheck::fail(std::string reason) {
  reason_ = static_cast<std::string&&>(reason);
  return Step::bad;
}

InputCheck::Step InputCheck::read_flag(std::int64_t now) {
  std::string text;
  if (!folder_->read_file(protocol::kStartFlag, protocol::kMaxStartFlagBytes, text)) {
    // Its presence starts the run in the documented protocol, whatever it is; but a manifest we cannot read is not a
    // good one.
    if (errno == EFBIG || errno == EACCES || errno == EPERM)
      return fail(std::string("start_flag cannot be read: ") + std::strerror(errno));
    text.clear();
  }
  flag_ = protocol::parse_start_flag(text);
  if (flag_.kind == protocol::StartFlag::Kind::invalid) {
    return now < give_up_ ? Step::wait : fail("start_flag is not a valid manifest: " + flag_.fault);
  }
  read_ = true;
  return Step::more;
}

InputCheck::Step InputCheck::open_next() {
  if (next_ == flag_.inputs.size()) return Step::good;
  const protocol::ExpectedInput& input = flag_.inputs[next_];
  file_ = folder_->open_below(input.name);
  struct stat status {};
  if (!file_.valid() || ::fstat(file_.get(), &status) != 0) {
    return fail("the input '" + input.name + "' cannot be opened: " + std::strerror(errno));
  }
  if (input.has_size && static_cast<std::uint64_t>(status.st_size) != input.size) {
    return fail("the input '" + input.name + "' has " + std::to_string(status.st_size) + " bytes, start_flag says " +
                std::to_string(input.size));
  }
  hash_ = {};
  if (input.sha256.empty()) {
    file_.reset();
    ++next_;
  }
  return Step::more;
}

InputCheck::Step InputCheck::hash_piece() {
  static char buffer[64 * 1024];
  for (std::size_t done = 0; done < kPiece;) {
    const ssize_t size = ::read(file_.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail("the input '" + flag_.inputs[next_].name + "' cannot be read: " + std::strerror(errno));
    hash_.update(buffer, static_cast<std::size_t>(size));
    done += static_cast<std::size_t>(size);
    if (size > 0) continue;
    file_.reset();
    const protocol::ExpectedInput& input = flag_.inputs[next_++];
    return hash_.finish() == input.sha256
               ? Step::more
               : fail("the input '" + input.name + "' does not have the sha256 of start_flag");
  }
  return Step::more;
}

InputCheck::Step InputCheck::step(std::int64_t now) {
  if (!read_) return read_flag(now);
  return file_.valid() ? hash_piece() : open_next();
}

}  // namespace sidecarctl::entrypoint
