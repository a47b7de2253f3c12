// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/error.hpp"

#include <string>

namespace sidecarctl {

/// An exchange that brought no answer, or whose body broke. The reason is for those who decide about another
/// try.
class HttpError : public Error {
 public:
  enum class Reason {
    resolve,             ///< No address for the host or the proxy.
    connect,             ///< Refused, unreachable, or no connection in time.
    stalled,             ///< No byte for the idle timeout.
    broken,              ///< Reset, closed early, not HTTP.
    not_tls,             ///< The other side does not speak TLS.
    not_plain,           ///< The other side wants TLS.
    tls,                 ///< The handshake failed for another reason.
    untrusted,           ///< The certificate does not verify.
    client_certificate,  ///< The server wants one, or refused ours.
    proxy,               ///< The proxy refused.
    limit,               ///< Headers beyond our limits.
    setup,               ///< A local file or option cannot be used.
  };
  HttpError(Reason reason, ErrorKind kind, std::string message);
  HttpError(Reason reason, ErrorKind kind, std::string message, std::string hint);

  Reason reason() const noexcept { return reason_; }
  /// Could the same request succeed a moment later?
  bool is_transient() const noexcept;

 private:
  Reason reason_;
};

}  // namespace sidecarctl
