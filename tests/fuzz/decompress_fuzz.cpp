// SPDX-License-Identifier: Apache-2.0
// Packed bytes from anywhere. The sizes of the reads must not change what comes out.
#include "image/decompress.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace sidecarctl;

class SteppingSource final : public ByteSource {
 public:
  SteppingSource(std::string bytes, std::size_t step) : inner_(std::move(bytes)), step_(step) {}
  std::size_t read(std::span<std::byte> out) override { return inner_.read(out.first(std::min(step_, out.size()))); }

 private:
  StringSource inner_;
  std::size_t step_;
};

constexpr std::size_t kLimit = 16UL * 1024 * 1024;

/// What came out, and whether it ended well.
std::pair<std::string, bool> unpack(const std::string& packed, std::size_t inner_step, std::size_t outer_step) {
  std::string text;
  try {
    const auto source = open_decompressed(std::make_unique<SteppingSource>(packed, inner_step), "the data");
    std::vector<std::byte> buffer(outer_step);
    while (text.size() < kLimit) {
      const std::size_t got = source->read(buffer);
      if (got == 0) return {text, true};
      text.append(reinterpret_cast<const char*>(buffer.data()), got);
    }
  } catch (const Error&) {
    return {text, false};
  }
  return {text, true};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string packed(reinterpret_cast<const char*>(data), size);
  sidecarctl::detect_compression(packed);
  const auto at_once = unpack(packed, kLimit, 1UL << 20U);
  const auto in_steps = unpack(packed, 61, 4099);
  if (at_once.second != in_steps.second) std::abort();
  if (at_once.second && at_once.first.size() < kLimit && at_once.first != in_steps.first) std::abort();
  return 0;
}
