// SPDX-License-Identifier: Apache-2.0
#include "image/layer_index_format.hpp"

#include <isa-l/crc64.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sidecarctl {

namespace {

using Id = LayerIndex::Id;
using Node = LayerIndex::Node;
using Type = LayerIndex::Type;

constexpr std::string_view kMagic = "sidecarctl layer";
/// As anomalies keep them: LayerIndexBuilder shortens.
constexpr std::size_t kMaxString = 4096;
constexpr std::size_t kMaxAnomalies = 1000;

constexpr std::size_t kBufferSize = 64UL * 1024;

/// Continues a checksum; it starts with 0.
std::uint64_t checksum(std::uint64_t sum, std::span<const std::byte> bytes) noexcept {
  return crc64_ecma_refl(sum, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

class Writer {
 public:
  explicit Writer(const ByteSink& sink) : sink_(sink) { buffer_.reserve(kBufferSize); }

  template <class T>
  void value(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    append(std::as_bytes(std::span(&value, 1)));
  }
  void string(std::string_view text) { array(std::span(text)); }
  template <class T>
  void array(std::span<const T> values) {
    value(std::uint64_t{values.size()});
    append(std::as_bytes(values));
  }
  /// The checksum of all before it.
  void finish() {
    flush();
    const std::uint64_t sum = sum_;
    value(sum);
    flush();
  }

 private:
  void append(std::span<const std::byte> bytes) {
    if (buffer_.size() + bytes.size() > kBufferSize) flush();
    if (bytes.size() >= kBufferSize) {
      put(bytes);
    } else {
      buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    }
  }
  void flush() {
    put(buffer_);
    buffer_.clear();
  }
  void put(std::span<const std::byte> bytes) {
    sum_ = checksum(sum_, bytes);
    sink_(bytes);
  }

  const ByteSink& sink_;
  std::vector<std::byte> buffer_;
  std::uint64_t sum_ = 0;
};

/// Every getter gives zero and turns ok() off when the bytes do not suffice.
class Cursor {
 public:
  explicit Cursor(ByteSource& source) : source_(source), buffer_(kBufferSize) {}
  bool ok() const noexcept { return ok_; }

  template <class T>
  T value() {
    T value{};
    take(std::as_writable_bytes(std::span(&value, 1)));
    return ok_ ? value : T{};
  }
  std::string string(std::uint64_t limit) {
    std::string text(length(limit), '\0');
    take(std::as_writable_bytes(std::span(text)));
    return text;
  }
  /// What is claimed is not memory yet: pages that are never filled are never there.
  template <class T>
  bool array(GrowingArray<T>& values, std::uint64_t limit) {
    values.resize_for_overwrite(length(limit));
    take(std::as_writable_bytes(values.values()));
    return ok_;
  }
  /// Do the next bytes hold the checksum of all before them, and nothing after it?
  bool ends_well() {
    const std::uint64_t sum = sum_;
    if (value<std::uint64_t>() != sum || !ok_ || begin_ != end_) return false;
    std::array<std::byte, 1> more{};
    return source_.read(more) == 0;
  }

 private:
  std::size_t length(std::uint64_t limit) {
    const auto length = value<std::uint64_t>();
    if (length > limit) ok_ = false;
    return ok_ ? static_cast<std::size_t>(length) : 0;
  }
  void take(std::span<std::byte> out) {
    const std::span<std::byte> all = out;
    while (ok_ && !out.empty()) {
      if (begin_ == end_ && out.size() >= buffer_.size()) {
        const std::size_t got = source_.read(out);
        ok_ = got != 0;
        out = out.subspan(got);
        continue;
      }
      if (begin_ == end_) {
        begin_ = 0;
        end_ = source_.read(buffer_);
        ok_ = end_ != 0;
      }
      const std::size_t count = std::min(out.size(), end_ - begin_);
      std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), count, out.begin());
      begin_ += count;
      out = out.subspan(count);
    }
    if (ok_) sum_ = checksum(sum_, all);
  }

  ByteSource& source_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t sum_ = 0;
  bool ok_ = true;
};

void write_digest(Writer& writer, const Digest& digest) {
  writer.string(digest.str());
}
std::optional<Digest> read_digest(Cursor& cursor) {
  return Digest::try_parse(cursor.string(kMaxString));
}

void write_facts(Writer& writer, const LayerFacts& facts) {
  writer.value(facts.compression.value_or(Compression::unknown));
  writer.value(facts.entries);
  writer.value(facts.unpacked_size);
  writer.value(facts.anomaly_count);
  writer.value(static_cast<std::uint64_t>(facts.anomalies.size()));
  for (const TarAnomaly& anomaly : facts.anomalies) {
    writer.value(anomaly.kind);
    writer.string(anomaly.path);
    writer.string(anomaly.detail);
  }
}

bool read_facts(Cursor& cursor, LayerFacts& facts) {
  const auto compression = cursor.value<std::underlying_type_t<Compression>>();
  if (compression < 0 || compression > static_cast<int>(Compression::unknown)) return false;
  facts.compression = static_cast<Compression>(compression);
  facts.read_to_end = true;
  facts.entries = cursor.value<std::uint64_t>();
  facts.unpacked_size = cursor.value<std::uint64_t>();
  facts.anomaly_count = cursor.value<std::uint64_t>();
  const auto count = cursor.value<std::uint64_t>();
  if (!cursor.ok() || count > kMaxAnomalies) return false;
  for (std::uint64_t i = 0; i < count && cursor.ok(); ++i) {
    const auto kind = cursor.value<std::underlying_type_t<TarAnomaly::Kind>>();
    if (kind < 0 || kind > static_cast<int>(TarAnomaly::Kind::other)) return false;
    std::string path = cursor.string(kMaxString);
    std::string detail = cursor.string(kMaxString);
    facts.anomalies.push_back({static_cast<TarAnomaly::Kind>(kind), std::move(path), std::move(detail)});
  }
  return cursor.ok();
}

}  // namespace

/// What may look into a LayerIndex to write and to check it.
class LayerIndexFormat {
 public:
  static void write(Writer& writer, const LayerIndex& index) {
    writer.array(index.nodes_.values());
    writer.array(index.text_.values());
    writer.array(index.slots_.values());
    writer.value(static_cast<std::uint64_t>(index.heads_.size()));
    for (const auto& [id, head] : index.heads_) {
      writer.value(id);
      writer.string(head);
    }
  }

  static bool read(Cursor& cursor, LayerIndex& index) {
    if (!cursor.array(index.nodes_, kMaxLayerNodes) || !cursor.array(index.text_, kMaxLayerText) ||
        !cursor.array(index.slots_, 4 * kMaxLayerNodes)) {
      return false;
    }
    return has_valid_nodes(index) && has_valid_slots(index) && read_heads(cursor, index);
  }

 private:
  static bool has_valid_nodes(const LayerIndex& index) {
    if (index.node_count() == 0 || index.node(0).type != Type::directory ||
        index.node(0).next_sibling != LayerIndex::kNone) {
      return false;
    }
    for (std::size_t i = 0; i < index.node_count(); ++i) {
      if (!is_valid(index, static_cast<Id>(i))) return false;
    }
    return true;
  }

  /// Parents come before their children, siblings in falling order: no walk can go round in a circle.
  static bool is_valid(const LayerIndex& index, Id id) {
    const Node& node = index.node(id);
    const auto count = static_cast<Id>(index.node_count());
    const std::size_t text = index.text_.size();
    if (node.type > Type::lower_link || std::size_t{node.name} + node.name_length > text) return false;
    if (node.type == Type::alias) {
      if (node.extra >= count || index.node(node.extra).type == Type::alias || index.is_directory(node.extra))
        return false;
    } else if (std::size_t{node.extra} + node.extra_length > text) {
      return false;
    }
    if (id != LayerIndex::kRoot && node.parent == LayerIndex::kNone && !node.has(LayerIndex::removed)) return false;
    if (node.parent != LayerIndex::kNone && (node.parent >= id || !index.is_directory(node.parent))) return false;
    const Id sibling = node.next_sibling;
    if (sibling != LayerIndex::kNone && (sibling >= id || index.node(sibling).parent != node.parent)) return false;
    const Id child = node.first_child;
    return child == LayerIndex::kNone || (child > id && child < count && index.node(child).parent == id);
  }

  static bool has_valid_slots(const LayerIndex& index) {
    if (!std::has_single_bit(index.slots_.size())) return false;
    for (const Id id : index.slots_.values()) {
      if (id != LayerIndex::kNone && (id >= index.node_count() || id == LayerIndex::kRoot)) return false;
    }
    return true;
  }

  static bool read_heads(Cursor& cursor, LayerIndex& index) {
    const auto count = cursor.value<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto id = cursor.value<Id>();
      std::string head = cursor.string(ImageFiles::kMaxHead);
      if (!cursor.ok() || id >= index.node_count() || index.node(id).type != Type::file ||
          head.size() > index.node(id).size) {
        return false;
      }
      index.keep_head(id, std::move(head));
    }
    return cursor.ok();
  }
};

void write_layer(const ReadLayer& layer, const ByteSink& sink) {
  Writer writer(sink);
  writer.string(kMagic);
  writer.value(std::int32_t{kLayerFormatVersion});
  write_digest(writer, layer.digest);
  writer.value(layer.size);
  write_digest(writer, layer.diff_id.value_or(layer.digest));
  write_facts(writer, layer.facts);
  LayerIndexFormat::write(writer, layer.index);
  writer.finish();
}

std::optional<ReadLayer> parse_layer(ByteSource& source) {
  Cursor cursor(source);
  if (cursor.string(kMagic.size()) != kMagic || cursor.value<std::int32_t>() != kLayerFormatVersion)
    return std::nullopt;
  const auto digest = read_digest(cursor);
  const auto size = cursor.value<std::uint64_t>();
  const auto diff_id = read_digest(cursor);
  if (!digest || !diff_id) return std::nullopt;
  ReadLayer layer{*digest, size, diff_id, {}, {}};
  if (!read_facts(cursor, layer.facts) || !LayerIndexFormat::read(cursor, layer.index) || !cursor.ends_well()) {
    return std::nullopt;
  }
  return layer;
}

}  // namespace sidecarctl
