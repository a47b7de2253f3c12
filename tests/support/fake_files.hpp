// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"

#include <map>
#include <string>

namespace sidecarctl::test {

/// A tree made by hand. Parents that were not added are made root:root 0755.
class FakeFiles final : public ImageFiles {
 public:
  FakeFiles& directory(const std::string& path, std::uint32_t mode = 0755, std::uint64_t uid = 0,
                       std::uint64_t gid = 0);
  FakeFiles& file(const std::string& path, std::string content, std::uint32_t mode = 0644, std::uint64_t uid = 0,
                  std::uint64_t gid = 0);
  FakeFiles& link(const std::string& path, std::string target);
  /// The node, to change what the calls above do not set.
  FileNode& node(const std::string& path);
  /// Takes a path and all below it out of the tree.
  FakeFiles& remove(const std::string& path);
  FakeFiles& removed(const std::string& path, std::size_t layer);
  /// From now on every question throws Error{corrupt, message}.
  FakeFiles& broken(std::string message);
  std::vector<LayerFacts> layers;

  std::optional<FileNode> find(std::string_view path) override;
  std::vector<std::string> list(std::string_view directory) override;
  std::string read_head(std::string_view path, std::size_t length) override;
  std::optional<std::size_t> removed_in(std::string_view path) override;
  std::vector<LayerFacts> layers_read() const override { return layers; }

 private:
  struct Item {
    FileNode node;
    std::string content;
  };
  Item& add(const std::string& path, FileType type);
  void check() const;

  std::map<std::string, Item, std::less<>> items_;
  std::map<std::string, std::size_t, std::less<>> removed_;
  std::string broken_;
};

/// A minimal little-endian ELF file: x86-64 unless told otherwise; with `interpreter` a PT_INTERP.
std::string elf_file(const std::string& interpreter = "", unsigned machine = 62, bool is_64bit = true);

}  // namespace sidecarctl::test
