// SPDX-License-Identifier: Apache-2.0
// Any error body becomes one bounded line without C0 control characters. The first byte chooses the content type.
#include "registry/answer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sidecarctl;
  if (size == 0) return 0;
  const char* types[] = {"application/json", "text/html", "text/plain", ""};
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ErrorAnswer answer =
      parse_error_answer(400, {{"Content-Type", types[data[0] % 4]}, {"Server", std::string(body)}}, body);
  const std::string line = answer.str();
  if (line.size() > 4096) std::abort();
  if (std::any_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; })) std::abort();
  return 0;
}
