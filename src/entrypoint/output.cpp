// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/output.hpp"

#include "protocol/clock.hpp"

#include <errno.h>
#include <unistd.h>

namespace sidecarctl::entrypoint {
namespace {

/// For one wake-up: signals and flags are looked at between bursts.
constexpr int kReadsAtOnce = 16;

}  // namespace

void Output::attach(protocol::Descriptor out, protocol::Descriptor err) {
  streams_[0].pipe = static_cast<protocol::Descriptor&&>(out);
  streams_[1].pipe = static_cast<protocol::Descriptor&&>(err);
  bytes_ = 0;
}

void Output::say(std::string_view text) {
  const std::string line = "sidecar-entrypoint: " + std::string(text) + "\n";
  streams_[1].relay.push(line, protocol::monotonic_milliseconds());
  std::string framed;
  LogFramer framer("sidecar");
  framer.push(text, protocol::unix_milliseconds(), framed);
  framer.finish(protocol::unix_milliseconds(), framed);
  log_.write(framed);
}

int Output::readable(int stream) const noexcept {
  return streams_[stream].relay.is_full() ? -1 : streams_[stream].pipe.get();
}

int Output::writable(int stream) const noexcept {
  return streams_[stream].relay.has_pending() ? streams_[stream].relay.descriptor() : -1;
}

bool Output::read_some(Stream& stream, std::int64_t now) {
  static char buffer[32 * 1024];
  const ssize_t size = ::read(stream.pipe.get(), buffer, sizeof buffer);
  if (size < 0 && errno == EINTR) return true;
  if (size < 0 && errno == EAGAIN) return false;
  std::string framed;
  if (size <= 0) {
    stream.pipe.reset();
    stream.framer.finish(protocol::unix_milliseconds(), framed);
    log_.write(framed);
    return false;
  }
  const std::string_view bytes(buffer, static_cast<std::size_t>(size));
  bytes_ += bytes.size();
  stream.relay.push(bytes, now);
  stream.framer.push(bytes, protocol::unix_milliseconds(), framed);
  log_.write(framed);
  return true;
}

void Output::move(std::int64_t now) {
  for (Stream& stream : streams_) {
    if (stream.relay.has_pending()) stream.relay.flush(now);
    for (int i = 0; i < kReadsAtOnce && stream.pipe.valid() && !stream.relay.is_full(); ++i) {
      if (!read_some(stream, now)) break;
    }
  }
}

void Output::finish(std::int64_t now) {
  move(now);
  std::string framed;
  for (Stream& stream : streams_) {
    stream.pipe.reset();
    stream.framer.finish(protocol::unix_milliseconds(), framed);
  }
  log_.write(framed);
}

}  // namespace sidecarctl::entrypoint
