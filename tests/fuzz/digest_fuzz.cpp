// SPDX-License-Identifier: Apache-2.0
// A digest that is accepted prints as it was written.
#include "image/digest.hpp"
#include "util/error.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto digest = sidecarctl::Digest::try_parse(text);
  if (digest && digest->str() != text) std::abort();
  try {
    sidecarctl::Digest::parse(text);
    if (!digest) std::abort();
  } catch (const sidecarctl::ParseError&) {
    if (digest) std::abort();
  }
  return 0;
}
