// SPDX-License-Identifier: Apache-2.0
// Manifests, indexes and configs from outside: parsed, or refused with Error; never another exception.
#include "image/types.hpp"
#include "util/error.hpp"

#include <cstdint>
#include <string>

namespace {
template <class Parse>
void attempt(Parse&& parse) {
  try {
    parse();
  } catch (const sidecarctl::Error&) {
    // Refused with a sentence: fine.
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sidecarctl::RawManifest raw{"", std::string(reinterpret_cast<const char*>(data), size)};
  attempt([&] { sidecarctl::manifest_kind(raw); });
  attempt([&] { sidecarctl::parse_manifest(raw); });
  attempt([&] { sidecarctl::parse_index(raw); });
  attempt([&] {
    const auto config = sidecarctl::parse_config(raw.bytes);
    config.argv();
    config.environment("PATH");
    config.layer_command(3);
  });
  return 0;
}
