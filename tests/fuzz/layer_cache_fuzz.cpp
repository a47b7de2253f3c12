// SPDX-License-Identifier: Apache-2.0
// A cache file that somebody wrote. Its checksum is put right, so that what comes after it is reached.
#include "image/layer_index_format.hpp"

#include <isa-l/crc64.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace {

using namespace sidecarctl;

void look_at(const ReadLayer& layer) {
  const LayerIndex& index = layer.index;
  for (std::size_t i = 0; i < index.node_count(); ++i) {
    const auto id = static_cast<LayerIndex::Id>(i);
    const LayerIndex::Node& node = index.node(id);
    const std::string path = index.path_of(id);
    index.find(path);
    index.find_child(node.parent == LayerIndex::kNone ? LayerIndex::kRoot : node.parent, index.name(node));
    if (node.type != LayerIndex::Type::alias && !index.extra(node).empty()) index.resolve_inside(index.extra(node));
    for (auto child = index.live(node.first_child); child != LayerIndex::kNone;
         child = index.live(index.node(child).next_sibling)) {
      index.inode(child);
    }
    index.head(id);
  }
}

void parse(const std::string& bytes) {
  StringSource source(bytes);
  if (const auto layer = parse_layer(source)) look_at(*layer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  parse(bytes);
  std::uint64_t sum = 0;
  if (size < sizeof(sum)) return 0;
  const std::size_t body = size - sizeof(sum);  // The checksum is the last.
  sum = crc64_ecma_refl(0, data, body);
  std::memcpy(bytes.data() + body, &sum, sizeof(sum));
  parse(bytes);
  return 0;
}
