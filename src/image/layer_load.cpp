// SPDX-License-Identifier: Apache-2.0
#include "image/layer_load.hpp"

#include "image/decompress.hpp"
#include "image/layer_index_builder.hpp"
#include "image/tar_header.hpp"
#include "image/verifying_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sidecarctl {

namespace {

constexpr const char* kDamageHint = "build or pull the image again; this copy is damaged";

/// Ends a reading that nobody waits for any more.
class StoppableSource final : public ByteSource {
 public:
  StoppableSource(std::unique_ptr<ByteSource> inner, const std::atomic<bool>* stop)
      : inner_(std::move(inner)), stop_(stop) {}
  std::size_t read(std::span<std::byte> out) override {
    check();
    return inner_->read(out);
  }
  std::uint64_t skip(std::uint64_t count) override {
    check();
    return inner_->skip(count);
  }

 private:
  void check() const {
    if (stop_ != nullptr && *stop_) throw Error(ErrorKind::interrupted, "nobody waits for the layer any more");
  }
  std::unique_ptr<ByteSource> inner_;
  const std::atomic<bool>* stop_;
};

void keep_head(LayerReader& reader, const TarEntry& entry, LayerIndex& index, LayerIndex::Id id,
               const HeadWishes& wishes) {
  if (entry.size == 0) return;
  const std::string path = index.path_of(id);
  const std::size_t first = wishes.first_bytes(path, entry.mode);
  if (first == 0) return;
  const auto bounded = [&entry](std::size_t length) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(length, entry.size));
  };
  std::string head = read_up_to(reader, bounded(first));
  const std::size_t all = bounded(HeadWishes::all_bytes(path, head));
  if (all > head.size()) head = read_more(reader, std::move(head), all);
  index.keep_head(id, std::move(head));
}

LayerFault fault_of(const Error& error) {
  LayerFault::Kind kind = LayerFault::Kind::truncated;  // What a source says whose file ends before its size.
  if (const auto* damage = dynamic_cast<const DamagedData*>(&error)) {
    kind = damage->fault();
  } else if (const auto* mismatch = dynamic_cast<const DigestMismatch*>(&error)) {
    kind = mismatch->what_differs() == DigestMismatch::What::digest ? LayerFault::Kind::digest : LayerFault::Kind::size;
  }
  return {kind, std::string(error.message())};
}

void walk(LayerReader& reader, const HeadWishes& wishes, LayerIndexBuilder& builder) {
  while (const TarEntry* entry = reader.next()) {
    if (const auto id = builder.add(*entry)) keep_head(reader, *entry, builder.index(), *id, wishes);
  }
}

void take_facts(const LayerReader& reader, LayerFacts& facts) {
  facts.compression = reader.compression();
  facts.read_to_end = reader.read_to_end();
  facts.unpacked_size = reader.unpacked_size();
  facts.bytes_read = reader.stored_bytes_read();
  facts.faults.insert(facts.faults.end(), reader.faults().begin(), reader.faults().end());
}

void take_facts(LayerIndexBuilder& builder, LayerFacts& facts) {
  facts.entries = builder.entries();
  facts.anomalies = std::move(builder.anomalies());
  facts.anomaly_count = builder.anomaly_count();
}

/// The index, if the place still has a blob that looks like it.
std::optional<LoadedLayer> take_cached(const LayerRequest& request) {
  auto layer = request.cache->load(request.descriptor.digest, request.descriptor.size);
  if (!layer) return std::nullopt;
  layer->facts.index = request.index;
  if (request.source->is_local()) {
    try {
      const auto stored = request.open();
      const std::string head = read_up_to(*stored, kTarBlock);
      layer->facts.bytes_read = head.size();
      // Its length, too: skipping in a local place reads nothing.
      const std::uint64_t size = request.descriptor.size;
      if (head.size() > size || head.size() + stored->skip(size + 1 - head.size()) != size) return std::nullopt;
      if (detect_compression(head) != layer->facts.compression) return std::nullopt;
    } catch (const Error&) {
      return std::nullopt;  // Reading it will say why.
    }
  }
  if (request.diff_id && layer->diff_id != request.diff_id) {
    layer->facts.faults.push_back(
        {LayerFault::Kind::diff_id, fmt::format("the unpacked bytes of {} have the digest {}, the config says {}",
                                                request.name(), layer->diff_id->str(), request.diff_id->str())});
  }
  return LoadedLayer{std::move(*layer), std::nullopt};
}

/// The cached index is right for the digest; hashing the stored bytes, which is much faster than unpacking them, tells
/// whether they still are what it is an index of.
std::optional<LoadedLayer> verify_cached(const LayerRequest& request) {
  if (request.cache == nullptr || !request.source->is_local()) return std::nullopt;
  auto loaded = take_cached(request);
  if (!loaded) return std::nullopt;
  try {
    const std::string identity = request.identity();
    VerifyingSource bytes(request.open(), request.descriptor.digest, request.descriptor.size, request.name());
    loaded->layer.facts.bytes_read = drain(bytes);
    request.remember_verified(identity);
    return loaded;
  } catch (const Error&) {
    return std::nullopt;  // Reading it will say what is wrong.
  }
}

}  // namespace

std::string LayerRequest::identity() const {
  return cache == nullptr ? std::string() : source->blob_identity(descriptor);
}

void LayerRequest::remember_verified(const std::string& before) const {
  if (before == identity()) cache->remember_verified(descriptor.digest, before);
}

std::string LayerRequest::name() const {
  return fmt::format("layer {} (sha256:{})", index, descriptor.digest.short_hex());
}

std::unique_ptr<ByteSource> LayerRequest::open() const {
  return std::make_unique<StoppableSource>(source->open_blob(descriptor), stop);
}

LayerPromise LayerRequest::promise() const {
  return {descriptor.digest, descriptor.size, diff_id, name(), source->is_local()};
}

std::optional<LoadedLayer> load_cached_layer(const LayerRequest& request) {
  if (request.cache == nullptr) return std::nullopt;
  const bool is_verified =
      !request.source->is_local() || request.cache->has_verified(request.descriptor.digest, request.identity());
  return is_verified ? take_cached(request) : std::nullopt;
}

LoadedLayer load_layer(const LayerRequest& request) {
  if (auto verified = verify_cached(request)) return std::move(*verified);
  LoadedLayer loaded{{request.descriptor.digest, request.descriptor.size, {}, {}, {}}, {}};
  LayerFacts& facts = loaded.layer.facts;
  facts.index = request.index;
  LayerIndexBuilder builder(request.name());
  std::optional<LayerReader> reader;
  const std::string identity = request.identity();
  try {
    reader.emplace(request.open(), request.promise());
    walk(*reader, *request.wishes, builder);
    loaded.layer.diff_id = reader->diff_id();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::corrupt) {
      facts.faults.push_back(fault_of(error));
      loaded.failure.emplace(ErrorKind::corrupt, std::string(error.message()), kDamageHint);
    } else {
      loaded.failure.emplace(error);
    }
  }
  if (reader) take_facts(*reader, facts);
  take_facts(builder, facts);
  loaded.layer.index = std::move(builder.index());
  if (request.cache != nullptr && facts.read_to_end && facts.faults.empty()) {
    request.cache->store(loaded.layer);
    request.remember_verified(identity);
  }
  return loaded;
}

std::string read_layer_head(const LayerRequest& request, const ReadLayer& layer, LayerIndex::Id inode,
                            std::size_t length) {
  const LayerIndex::Node& node = layer.index.node(inode);
  const bool is_plain = layer.facts.compression == Compression::none;
  const bool is_local = request.source->is_local();
  if (is_plain && is_local && !node.has(LayerIndex::has_holes)) {
    const auto source = request.open();
    const std::uint64_t offset = std::uint64_t{node.body} * kTarBlock;
    std::string head;
    if (source->skip(offset) == offset) head = read_up_to(*source, length);
    if (head.size() < length) throw Error(ErrorKind::corrupt, request.name() + " is cut short", kDamageHint);
    return head;
  }
  LayerReader reader(request.open(), request.promise());
  std::optional<std::string> head;
  while (const TarEntry* entry = reader.next()) {
    const bool is_it =
        entry->body_offset / kTarBlock == node.body && entry->type == FileType::file && !entry->is_hardlink;
    if (head || !is_it) continue;
    head = read_up_to(reader, length);
    if (is_local) break;  // It was verified when it was read first. Far away the second answer may be another one.
  }
  if (!reader.faults().empty()) throw Error(ErrorKind::corrupt, reader.faults().front().message, kDamageHint);
  if (!head || head->size() < length) {
    throw Error(ErrorKind::corrupt, request.name() + " has changed since it was read", "try again");
  }
  return *head;
}

}  // namespace sidecarctl
