// SPDX-License-Identifier: Apache-2.0
#include "image/layered_files.hpp"

#include "image/final_tree.hpp"
#include "image/layer_store.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

class LayeredFiles final : public ImageFiles {
 public:
  LayeredFiles(const Image& image, const LayeredFilesOptions& options) : layers_(image, options), tree_(layers_) {}

  std::optional<FileNode> find(std::string_view path) override { return tree_.find(path); }
  std::vector<std::string> list(std::string_view directory) override { return tree_.list(directory); }
  std::optional<std::size_t> removed_in(std::string_view path) override { return tree_.removed_in(path); }
  void expect(const std::vector<std::string>& names) override { layers_.expect(names); }
  std::vector<LayerFacts> layers_read() const override { return layers_.facts(); }

  std::string read_head(std::string_view path, std::size_t length) override {
    const auto place = tree_.file_at(path);
    if (!place) {
      throw Error(ErrorKind::not_found, fmt::format("'{}' is no regular file in the image", escape_text(path)));
    }
    return layers_.head(place->layer, place->inode, length);
  }

 private:
  LayerStore layers_;
  FinalTree tree_;
};

}  // namespace

std::unique_ptr<ImageFiles> open_layered_files(const Image& image, const LayeredFilesOptions& options) {
  return std::make_unique<LayeredFiles>(image, options);
}

}  // namespace sidecarctl
