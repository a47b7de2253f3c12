// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/heartbeat.hpp"

#include "protocol/clock.hpp"
#include "protocol/names.hpp"

namespace sidecarctl::entrypoint {

bool Heartbeat::was_cut_off() const {
  std::string text;
  return folder_->read_file(protocol::kHeartbeat, 256, text) && text.starts_with("running");
}

void Heartbeat::beat(std::int64_t now, std::string_view word) {
  const bool due = every_ != 0 && now >= next_;
  if (word == word_ && !due) return;
  word_ = word;
  next_ = now + every_;
  const protocol::Descriptor file = folder_->create(protocol::kHeartbeat);
  if (!file.valid()) return;
  protocol::write_all(file.get(), std::string(word) + " " + protocol::utc_text(protocol::unix_milliseconds()) + "\n");
}

void Heartbeat::remove() {
  folder_->remove(protocol::kHeartbeat);
}

}  // namespace sidecarctl::entrypoint
