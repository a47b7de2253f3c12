// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transports/transport.hpp"
#include "util/clock.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// Keeps what it is told.
class RecordingEvents final : public Events {
 public:
  void status(std::string_view text) override { add(statuses, text); }
  void warning(std::string_view text) override { add(warnings, text); }
  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total) override {
    return NullEvents().progress(what, total);
  }
  std::vector<std::string> statuses, warnings;

 private:
  void add(std::vector<std::string>& list, std::string_view text) {
    const std::scoped_lock lock(mutex_);
    list.emplace_back(text);
  }
  std::mutex mutex_;
};

/// What a transport needs, without an environment and without a network.
struct TransportFixture {
  RecordingEvents events;
  SystemClock clock;
  CancelToken cancel;
  RegistryContext registry{{}, [](const std::string&) { return std::nullopt; }, events, clock, cancel, {}};
  TransportContext context{registry, {}};

  std::unique_ptr<ImageSource> open(const std::string& name) { return open_source(name, context); }
};

}  // namespace sidecarctl::test
