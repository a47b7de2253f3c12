// SPDX-License-Identifier: Apache-2.0
#include "image/layer_index_format.hpp"

#include <isa-l/crc64.h>

#include <bit>
#include <cstring>
#include <type_traits>

namespace sidecarctl {

namespace {

using Id = LayerIndex::Id;
using Node = LayerIndex::Node;
using Type = LayerIndex::Type;

constexpr std::string_view kMagic = "sidecarctl layer";
/// As anomalies keep them: LayerIndexBuilder shortens.
constexpr std::size_t kMaxString = 4096;
constexpr std::size_t kMaxAnomalies = 1000;

std::uint64_t checksum(std::string_view bytes) noexcept {
  return crc64_ecma_refl(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

class Writer {
 public:
  template <class T>
  void value(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  void string(std::string_view text) {
    value(static_cast<std::uint64_t>(text.size()));
    bytes_ += text;
  }
  template <class T>
  void array(std::span<const T> values) {
    string({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }
  std::string& bytes() noexcept { return bytes_; }

 private:
  std::string bytes_;
};

/// Every getter gives zero and turns ok() off when the bytes do not suffice.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}
  bool ok() const noexcept { return ok_; }
  bool at_end() const noexcept { return ok_ && rest_.empty(); }

  template <class T>
  T value() noexcept {
    T value{};
    const std::string_view bytes = take(sizeof(T));
    if (ok_) std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
  std::string_view string(std::uint64_t limit) noexcept {
    const auto length = value<std::uint64_t>();
    if (length > limit) ok_ = false;
    return ok_ ? take(length) : std::string_view();
  }
  template <class T>
  bool array(GrowingArray<T>& values, std::uint64_t limit) {
    const std::string_view bytes = string(limit * sizeof(T));
    if (!ok_ || bytes.size() % sizeof(T) != 0) return ok_ = false;
    values.resize_for_overwrite(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(values.values().data(), bytes.data(), bytes.size());
    return true;
  }

 private:
  std::string_view take(std::uint64_t count) noexcept {
    if (count > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
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
    std::string path(cursor.string(kMaxString));
    std::string detail(cursor.string(kMaxString));
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
    if (!cursor.array(index.nodes_, kMaxLayerEntries) || !cursor.array(index.text_, kMaxLayerText) ||
        !cursor.array(index.slots_, 4 * kMaxLayerEntries)) {
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
      const std::string_view head = cursor.string(ImageFiles::kMaxHead);
      if (!cursor.ok() || id >= index.node_count() || index.node(id).type != Type::file ||
          head.size() > index.node(id).size) {
        return false;
      }
      index.keep_head(id, std::string(head));
    }
    return cursor.ok();
  }
};

std::string write_layer(const ReadLayer& layer) {
  Writer writer;
  writer.bytes().reserve(layer.index.node_count() * (sizeof(Node) + 32) + 4096);
  writer.bytes() += kMagic;
  writer.value(std::int32_t{kLayerFormatVersion});
  const std::size_t at = writer.bytes().size();
  writer.value(std::uint64_t{0});
  write_digest(writer, layer.digest);
  writer.value(layer.size);
  write_digest(writer, layer.diff_id.value_or(layer.digest));
  write_facts(writer, layer.facts);
  LayerIndexFormat::write(writer, layer.index);
  const std::uint64_t sum = checksum(std::string_view(writer.bytes()).substr(at + sizeof(sum)));
  std::memcpy(writer.bytes().data() + at, &sum, sizeof(sum));
  return std::move(writer.bytes());
}

std::optional<ReadLayer> parse_layer(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return std::nullopt;
  bytes.remove_prefix(kMagic.size());
  Cursor cursor(bytes);
  const auto version = cursor.value<std::int32_t>();
  const auto sum = cursor.value<std::uint64_t>();
  if (!cursor.ok() || version != kLayerFormatVersion || checksum(bytes.substr(sizeof(version) + sizeof(sum))) != sum) {
    return std::nullopt;
  }
  const auto digest = read_digest(cursor);
  const auto size = cursor.value<std::uint64_t>();
  const auto diff_id = read_digest(cursor);
  if (!digest || !diff_id) return std::nullopt;
  ReadLayer layer{*digest, size, diff_id, {}, {}};
  if (!read_facts(cursor, layer.facts) || !LayerIndexFormat::read(cursor, layer.index) || !cursor.at_end()) {
    return std::nullopt;
  }
  return layer;
}

}  // namespace sidecarctl
