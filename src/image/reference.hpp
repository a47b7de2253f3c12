// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/digest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

/// registry/repository[:tag][@digest], normalised once, when it is parsed (distribution/reference grammar):
/// `docker.io` and its aliases are one registry, `library/` is added only there.
class Reference {
 public:
  /// Throws ParseError (kind usage) that names the faulty part and its column, with a hint where the repair is plain
  /// ("repository names are lower case ('My' -> 'my')").
  static Reference parse(std::string_view text);
  static std::optional<Reference> try_parse(std::string_view text);  ///< nullopt where parse() throws.

  /// Did the text name a registry host? "app:1" did not and means docker.io/library/app:1.
  bool has_explicit_registry() const noexcept { return explicit_registry_; }
  const std::string& registry() const noexcept { return registry_; }  ///< "docker.io", "localhost:5000", "[::1]:5000"
  const std::string& repository() const noexcept { return repository_; }  ///< "library/alpine"
  const std::optional<std::string>& tag() const noexcept { return tag_; }
  const std::optional<Digest>& digest() const noexcept { return digest_; }

  Reference with_tag(std::string tag) const;   ///< Same name, that tag, no digest. Throws ParseError for a bad tag.
  Reference with_digest(Digest digest) const;  ///< Same name, no tag, that digest.
  std::string name() const;                    ///< registry/repository
  std::string str() const;                     ///< Parses back to an equal value.
  friend bool operator==(const Reference& a, const Reference& b) { return a.str() == b.str(); }

 private:
  std::string registry_, repository_;
  std::optional<std::string> tag_;
  std::optional<Digest> digest_;
  bool explicit_registry_ = false;
};

/// [\w][\w.-]{0,127}
bool is_valid_tag(std::string_view tag) noexcept;

}  // namespace sidecarctl
