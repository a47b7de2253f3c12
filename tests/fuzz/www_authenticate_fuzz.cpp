// SPDX-License-Identifier: Apache-2.0
// Whatever a server sends, there are never more challenges and parameters than the limits, and names are lower case
// tokens.
#include "registry/challenge.hpp"
#include "util/strings.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto challenges = sidecarctl::parse_challenges(sidecarctl::split(text, '\n'));
  if (challenges.size() > sidecarctl::kMaxChallenges) std::abort();
  for (const auto& challenge : challenges) {
    if (challenge.scheme.empty() || challenge.scheme != sidecarctl::to_lower(challenge.scheme)) std::abort();
    if (challenge.parameters.size() > sidecarctl::kMaxChallengeParameters) std::abort();
    if (!challenge.token68.empty() && !challenge.parameters.empty()) std::abort();
    for (const auto& [name, value] : challenge.parameters) {
      if (name.empty() || challenge.parameter(name) == std::nullopt || value.size() > size) std::abort();
    }
  }
  return 0;
}
