// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/done_flag.hpp"

#include "protocol/names.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace sidecarctl::entrypoint {

void DoneFlag::reserve() {
  file_ = folder_->create(protocol::kReserve);
  if (file_.valid()) protocol::write_all(file_.get(), std::string(kReserve, '\0'));
}

bool DoneFlag::write_reserved(const std::string& text) {
  if (!file_.valid() || !folder_->is_same(protocol::kReserve, file_.get())) return false;
  ::fchmod(file_.get(), 0644);
  if (::lseek(file_.get(), 0, SEEK_SET) != 0 || !protocol::write_all(file_.get(), text)) return false;
  if (::ftruncate(file_.get(), static_cast<off_t>(text.size())) != 0) return false;
  ::fsync(file_.get());
  return folder_->rename(protocol::kReserve, protocol::kDoneFlag);
}

bool DoneFlag::write_new(const std::string& text) {
  file_ = folder_->create(protocol::kReserve);
  return write_reserved(text);
}

bool DoneFlag::publish(const protocol::Status& status) {
  const std::string text = protocol::status_json(status);
  bool written = write_reserved(text) || write_new(text);
  if (!written) {
    // Arguments and reason are what can be long; the verdict must come through.
    protocol::Status small = status;
    small.argv.clear();
    small.reason.resize(small.reason.size() < 200 ? small.reason.size() : 200);
    written = write_reserved(protocol::status_json(small));
  }
  if (!written) return false;
  file_.reset();
  folder_->sync();
  return true;
}

void DoneFlag::release() {
  file_.reset();
  folder_->remove(protocol::kReserve);
}

}  // namespace sidecarctl::entrypoint
