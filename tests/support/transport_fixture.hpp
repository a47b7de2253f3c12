// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/fake_http.hpp"
#include "transports/transport.hpp"
#include "util/clock.hpp"

#include <memory>
#include <string>

namespace sidecarctl::test {

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
