// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/transport.hpp"

#include <memory>

namespace sidecarctl {

/// Traces each exchange of `inner` (which must outlive it) at debug level: method, URL without secrets, status, time.
/// Headers and bodies are never traced.
std::unique_ptr<HttpTransport> make_logging_transport(HttpTransport& inner);

}  // namespace sidecarctl
