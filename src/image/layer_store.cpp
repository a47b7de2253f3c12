// SPDX-License-Identifier: Apache-2.0
#include "image/layer_store.hpp"

#include <algorithm>
#include <utility>

namespace sidecarctl {

namespace {

/// A copy of an Error shares its context lines; each question needs its own.
[[noreturn]] void throw_again(const Error& error) {
  if (error.hint()) throw Error(error.kind(), std::string(error.message()), *error.hint());
  throw Error(error.kind(), std::string(error.message()));
}

}  // namespace

LayerStore::LayerStore(const Image& image, const LayeredFilesOptions& options)
    : image_(image),
      threads_(image.source().is_local() ? std::max(1U, options.threads) : 1),
      layers_(image.manifest().layers.size()) {
  if (options.cache) cache_.emplace(*options.cache);
  diff_ids_.resize(layers_.size());
  const auto& diff_ids = image.config().diff_ids;
  // With another number of them nobody can tell which belongs to which (SDC004).
  if (diff_ids.size() == layers_.size()) std::copy(diff_ids.begin(), diff_ids.end(), diff_ids_.begin());
}

LayerStore::~LayerStore() {
  stop_ = true;
}

LayerRequest LayerStore::request_for(std::size_t layer) const {
  return {&image_.source(), image_.manifest().layers[layer], layer, diff_ids_[layer],
          wishes_,          cache_ ? &*cache_ : nullptr,     &stop_};
}

const LayerIndex& LayerStore::at(std::size_t layer) {
  const LoadedLayer& loaded = load(layer);
  if (loaded.failure) throw_again(*loaded.failure);
  return loaded.layer.index;
}

LoadedLayer& LayerStore::load(std::size_t layer) {
  Slot& slot = layers_[layer];
  if (!slot.asked_for) {
    const bool is_first = std::ranges::none_of(layers_, &Slot::asked_for);
    start(layer, threads_ > 1);
    // Where the top layer did not settle the question, those below will be needed soon. Before, reading ahead would be
    // a guess against the promise that a layer below the answer is not opened.
    for (std::size_t ahead = 1; !is_first && ahead < threads_ && ahead <= layer; ++ahead) start(layer - ahead, true);
    if (!slot.loaded) slot.loaded.emplace(slot.reading.get());
    slot.asked_for = true;
  }
  return *slot.loaded;
}

void LayerStore::start(std::size_t layer, bool in_background) {
  Slot& slot = layers_[layer];
  if (slot.loaded || slot.reading.valid()) return;
  LayerRequest request = request_for(layer);
  slot.loaded = load_cached_layer(request);
  if (slot.loaded) return;
  if (in_background) {
    slot.reading = std::async(std::launch::async, [request] { return load_layer(request); });
  } else {
    slot.loaded.emplace(load_layer(request));
  }
}

std::string LayerStore::head(std::size_t layer, LayerIndex::Id inode, std::size_t length) {
  ReadLayer& read = load(layer).layer;
  const std::uint64_t size = read.index.node(inode).size;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>({length, size, ImageFiles::kMaxHead}));
  const std::string* kept = read.index.head(inode);
  if (kept != nullptr && kept->size() >= wanted) return kept->substr(0, wanted);
  if (wanted == 0) return {};
  // A further question about the same file is likely to want a little more.
  const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(std::max(wanted, HeadWishes::kScript), size));
  std::string head = read_layer_head(request_for(layer), read, inode, more);
  read.index.keep_head(inode, head);
  if (cache_ && read.facts.read_to_end && read.facts.faults.empty()) cache_->store(read);
  return head.substr(0, wanted);
}

void LayerStore::expect(const std::vector<std::string>& names) {
  auto wishes = std::make_shared<HeadWishes>(*wishes_);
  wishes->add(names);
  wishes_ = std::move(wishes);
}

std::vector<LayerFacts> LayerStore::facts() const {
  std::vector<LayerFacts> facts;
  for (const Slot& slot : layers_) {
    if (slot.asked_for) facts.push_back(slot.loaded->layer.facts);
  }
  return facts;
}

}  // namespace sidecarctl
