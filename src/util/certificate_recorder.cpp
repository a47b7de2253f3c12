// SPDX-License-Identifier: Apache-2.0
#include "util/certificate_recorder.hpp"

#include "util/strings.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace sidecarctl {

namespace {

/// A name is what the other side writes: nobody needs more of it.
constexpr std::size_t kLongestName = 200;

/// Where an SSL_CTX keeps its recorder.
int context_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  // ASCII, with control characters and everything beyond it written as escapes (RFC 2253).
  if (!memory || name == nullptr || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253) < 0) return "";
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return size <= 0 ? "" : shorten({data, static_cast<std::size_t>(size)}, kLongestName);
}

/// The verdict stays OpenSSL's own.
int on_verify(int accepted, X509_STORE_CTX* store) {
  const auto* const ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (ssl == nullptr) return accepted;
  auto* const recorder = static_cast<CertificateRecorder*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index()));
  if (recorder != nullptr) recorder->record(X509_STORE_CTX_get0_cert(store));
  return accepted;
}

}  // namespace

void CertificateRecorder::attach(void* ssl_context) {
  auto* const context = static_cast<SSL_CTX*>(ssl_context);
  SSL_CTX_set_ex_data(context, context_index(), this);
  SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), &on_verify);
}

void CertificateRecorder::record(void* certificate) {
  if (!description_.empty() || certificate == nullptr) return;
  const auto* const shown = static_cast<const X509*>(certificate);
  description_ =
      "subject " + name_text(X509_get_subject_name(shown)) + ", issuer " + name_text(X509_get_issuer_name(shown));
}

}  // namespace sidecarctl
