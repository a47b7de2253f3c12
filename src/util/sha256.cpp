// SPDX-License-Identifier: Apache-2.0
#include "util/sha256.hpp"

#include "util/error.hpp"

#include <openssl/evp.h>

namespace sidecarctl {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  SIDECARCTL_CHECK(state_->context != nullptr && EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1,
                   "OpenSSL has no SHA-256");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  SIDECARCTL_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "SHA-256 update failed");
}

Sha256Bytes Sha256::finish() {
  Sha256Bytes result{};
  unsigned length = 0;
  SIDECARCTL_CHECK(EVP_DigestFinal_ex(state_->context, result.data(), &length) == 1 && length == result.size(),
                   "SHA-256 did not finish");
  return result;
}

Sha256Bytes sha256(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

}  // namespace sidecarctl
