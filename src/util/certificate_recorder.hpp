// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sidecarctl {

/// Whose certificate a TLS server showed: for the message when it is not trusted. Not thread-safe.
class CertificateRecorder {
 public:
  /// Listens to the verification of connections made with `ssl_context`, an OpenSSL SSL_CTX*, without changing what is
  /// accepted. The recorder must outlive the handshakes.
  void attach(void* ssl_context);
  /// "subject CN=registry.example, issuer CN=Our CA" of the server's own certificate, in ASCII; "" when none was seen.
  const std::string& description() const noexcept { return description_; }
  void record(void* certificate);  ///< An OpenSSL X509*; for the callback.

 private:
  std::string description_;
};

}  // namespace sidecarctl
