// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/sha256.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

/// A sha256 content digest. Always valid: there is no empty Digest; use std::optional<Digest>.
/// sha512 is refused with a message of its own: no registry or engine that we know writes it.
class Digest {
 public:
  static Digest parse(std::string_view text);  ///< "sha256:" and 64 lower-case hex digits. Throws ParseError.
  static std::optional<Digest> try_parse(std::string_view text) noexcept;
  static Digest sha256_of(std::string_view bytes);
  explicit Digest(Sha256Bytes bytes) noexcept : bytes_(bytes) {}

  std::string str() const;        ///< "sha256:ab12..."
  std::string hex() const;        ///< 64 digits.
  std::string short_hex() const;  ///< 12 digits, for people.
  friend auto operator<=>(const Digest&, const Digest&) = default;

 private:
  Sha256Bytes bytes_;
};

}  // namespace sidecarctl
