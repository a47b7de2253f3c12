// SPDX-License-Identifier: Apache-2.0
#include "http/http_error.hpp"

#include <utility>

namespace sidecarctl {

HttpError::HttpError(Reason reason, ErrorKind kind, std::string message)
    : Error(kind, std::move(message)), reason_(reason) {}

HttpError::HttpError(Reason reason, ErrorKind kind, std::string message, std::string hint)
    : Error(kind, std::move(message), std::move(hint)), reason_(reason) {}

bool HttpError::is_transient() const noexcept {
  switch (reason_) {
    case Reason::resolve:
    case Reason::connect:
    case Reason::stalled:
    case Reason::broken:
    case Reason::tls: return true;
    case Reason::not_tls:
    case Reason::not_plain:
    case Reason::untrusted:
    case Reason::client_certificate:
    case Reason::proxy:
    case Reason::limit:
    case Reason::setup: return false;
  }
  return false;
}

}  // namespace sidecarctl
