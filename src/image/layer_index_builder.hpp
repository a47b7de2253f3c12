// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/layer_index.hpp"
#include "image/tar_reader.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecarctl {

/// Applies the entries of one layer in order, as containerd's archive.Apply does in overlayfs's upper directory
/// (pkg/archive/tar.go): whiteouts become nodes, links in the way are followed inside the layer only, an entry replaces
/// what is there unless both are directories. What a runtime would refuse is noted as an anomaly, and read as well as
/// it can be.
class LayerIndexBuilder {
 public:
  /// `name` is the layer's, for messages.
  explicit LayerIndexBuilder(std::string name = "the layer") : name_(std::move(name)) {}

  /// The node whose content the entry brings; nullopt for entries without content. Throws DamagedData beyond the
  /// limits.
  std::optional<LayerIndex::Id> add(const TarEntry& entry);

  LayerIndex& index() noexcept { return index_; }
  std::uint64_t entries() const noexcept { return entries_; }
  std::uint64_t anomaly_count() const noexcept { return anomaly_count_; }
  std::vector<TarAnomaly>& anomalies() noexcept { return anomalies_; }

  static constexpr std::size_t kMaxAnomalies = 100;

 private:
  using Id = LayerIndex::Id;
  struct Place {
    Id parent = LayerIndex::kRoot;
    std::string_view name;
  };

  std::optional<Place> place_of(const TarEntry& entry);
  bool clean(const TarEntry& entry);
  std::optional<Id> parent_for(std::string_view directory, const TarEntry& entry);
  std::optional<Id> make_parents(std::string_view path, const TarEntry& entry);
  bool is_aufs_entry(const TarEntry& entry);
  void whiteout(const Place& place, const TarEntry& entry);
  std::optional<Id> create(const Place& place, const TarEntry& entry);
  void hardlink(const Place& place, const TarEntry& entry);
  Id linked_node(const TarEntry& entry) const;
  Id replace(const Place& place, LayerIndex::Node node);
  void describe(LayerIndex::Node& node, const TarEntry& entry);
  void set_extra(LayerIndex::Node& node, std::string_view text);

  Id append(LayerIndex::Node node, std::string_view name);
  std::uint32_t keep_text(std::string_view text);
  void insert_slot(Id id);
  void grow_slots();
  void note(TarAnomaly::Kind kind, const TarEntry& entry, std::string_view problem);

  [[noreturn]] void fail_limit(std::string_view what) const;

  std::string name_;
  LayerIndex index_;
  std::uint64_t entries_ = 0, anomaly_count_ = 0;
  std::vector<TarAnomaly> anomalies_;
  std::map<std::string, Id, std::less<>> aufs_files_;       ///< Files in /.wh..wh.plnk, which hard links may name.
  std::map<std::string, std::uint32_t, std::less<>> acls_;  ///< Kept texts of ACLs: most are the same.
  std::string path_;                                        ///< Of the current entry, cleaned.
  std::string last_directory_;                              ///< Entries come folder by folder.
  Id last_parent_ = LayerIndex::kNone;
};

}  // namespace sidecarctl
