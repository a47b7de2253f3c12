// SPDX-License-Identifier: Apache-2.0
// Any text is parsed or refused; what is accepted prints as a text that parses to an equal value.
#include "image/reference.hpp"
#include "util/error.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto reference = sidecarctl::Reference::parse(text);
    if (!(sidecarctl::Reference::parse(reference.str()) == reference)) std::abort();
  } catch (const sidecarctl::ParseError& error) {
    if (error.offset() > size) std::abort();
  }
  return 0;
}
