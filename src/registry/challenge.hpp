// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecarctl {

/// One challenge of a WWW-Authenticate header (RFC 9110 section 11.6.1).
struct Challenge {
  std::string scheme;                                           ///< Lower case: "bearer".
  std::string token68;                                          ///< "Negotiate YII..."; else empty.
  std::vector<std::pair<std::string, std::string>> parameters;  ///< Names in lower case.
  std::optional<std::string> parameter(std::string_view name) const;
};

/// More than any real server sends; the rest is ignored.
inline constexpr std::size_t kMaxChallenges = 16;
inline constexpr std::size_t kMaxChallengeParameters = 32;

/// All challenges of all header values, in order. Junk between them is passed over: a server's mistake in one challenge
/// must not hide the next. Never throws.
std::vector<Challenge> parse_challenges(const std::vector<std::string>& header_values);

}  // namespace sidecarctl
