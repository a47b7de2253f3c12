// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "entrypoint/log_file.hpp"
#include "entrypoint/log_framer.hpp"
#include "entrypoint/relay.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sidecarctl::entrypoint {

/// Where output goes: the command's two streams to our own and, framed, to the log; and what we say ourselves.
class Output {
 public:
  Output(const protocol::Directory& folder, std::uint64_t log_limit) : log_(folder, log_limit) {}

  void open_log(bool append) { log_.open(append); }
  void truncate_log() { log_.truncate(); }
  void attach(protocol::Descriptor out, protocol::Descriptor err);
  void say(std::string_view text);

  /// For poll(): the pipe of stream 0 or 1 when we want to read it, else -1.
  int readable(int stream) const noexcept;
  /// Our own stream when something waits to be written there, else -1.
  int writable(int stream) const noexcept;
  /// Reads and writes what can be moved now.
  void move(std::int64_t now);
  bool is_open() const noexcept { return streams_[0].pipe.valid() || streams_[1].pipe.valid(); }
  /// What is there is taken, what comes later is lost.
  void finish(std::int64_t now);
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  struct Stream {
    LogFramer framer;
    Relay relay;
    protocol::Descriptor pipe;
  };
  bool read_some(Stream& stream, std::int64_t now);

  LogFile log_;
  Stream streams_[2] = {{LogFramer("stdout"), Relay(1), {}}, {LogFramer("stderr"), Relay(2), {}}};
  std::uint64_t bytes_ = 0;
};

}  // namespace sidecarctl::entrypoint
