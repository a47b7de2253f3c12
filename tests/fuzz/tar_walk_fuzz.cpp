// SPDX-License-Identifier: Apache-2.0
// A layer from anywhere: unpacked, walked, made into an index, written and read back.
#include "image/layer_index_builder.hpp"
#include "image/layer_index_format.hpp"
#include "image/layer_reader.hpp"
#include "util/error.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace sidecarctl;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_tree(const LayerIndex& index, LayerIndex::Id directory, int depth) {
  if (depth > 64) return;
  for (auto id = index.live(index.node(directory).first_child); id != LayerIndex::kNone;
       id = index.live(index.node(id).next_sibling)) {
    require(index.find_child(directory, index.name(index.node(id))) == id);
    require(index.find(index.path_of(id)) == id);
    const auto inode = index.inode(id);
    require(index.node(inode).type != LayerIndex::Type::alias);
    if (index.node(inode).type == LayerIndex::Type::symlink) index.resolve_inside(index.extra(index.node(inode)));
    if (index.is_directory(id)) check_tree(index, id, depth + 1);
  }
}

void walk(const std::string& bytes, bool may_skip) {
  LayerReader reader(std::make_unique<StringSource>(bytes),
                     {Digest::sha256_of("x"), bytes.size(), std::nullopt, "the layer", may_skip});
  LayerIndexBuilder builder;
  std::array<std::byte, 100> head{};
  // What unpacks to gigabytes is not what is looked for here.
  while (reader.unpacked_size() < 64UL * 1024 * 1024) {
    const TarEntry* entry = reader.next();
    if (entry == nullptr) break;
    if (const auto id = builder.add(*entry)) {
      const std::size_t got = reader.read(head);
      if (got <= entry->size) builder.index().keep_head(*id, std::string(reinterpret_cast<char*>(head.data()), got));
    }
  }
  check_tree(builder.index(), LayerIndex::kRoot, 0);
  ReadLayer layer{Digest::sha256_of("x"), bytes.size(), {}, {}, {}};
  layer.facts.anomalies = builder.anomalies();
  layer.index = std::move(builder.index());
  std::string written;
  write_layer(layer, [&written](std::span<const std::byte> piece) {
    written.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  });
  StringSource source(std::move(written));
  const auto again = parse_layer(source);
  require(again && again->index.node_count() == layer.index.node_count());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const bool may_skip : {false, true}) {
    try {
      walk(bytes, may_skip);
    } catch (const sidecarctl::Error&) {
      // Refused with an answer.
    }
  }
  return 0;
}
