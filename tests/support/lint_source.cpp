// SPDX-License-Identifier: Apache-2.0
#include "support/lint_source.hpp"

#include "util/json.hpp"

namespace sidecarctl::test {

namespace {

/// Passes questions on to the builder's tree, which the test still owns, and counts them.
class CountingFiles final : public ImageFiles {
 public:
  CountingFiles(FakeFiles& files, int& count) : files_(files), count_(count) {}
  std::optional<FileNode> find(std::string_view path) override { return counted().find(path); }
  std::vector<std::string> list(std::string_view directory) override { return counted().list(directory); }
  std::string read_head(std::string_view path, std::size_t length) override {
    return counted().read_head(path, length);
  }
  std::optional<std::size_t> removed_in(std::string_view path) override { return counted().removed_in(path); }
  std::vector<LayerFacts> layers_read() const override { return files_.layers_read(); }

 private:
  FakeFiles& counted() {
    ++count_;
    return files_;
  }
  FakeFiles& files_;
  int& count_;
};

}  // namespace

RawManifest LintSource::read_manifest(const std::optional<Digest>& digest) {
  if (failure) throw *failure;
  if (!digest) return root.value();
  const auto at = manifests.find(digest->str());
  if (at == manifests.end()) throw Error(ErrorKind::not_found, "no manifest " + digest->str());
  return at->second;
}

std::unique_ptr<ByteSource> LintSource::open_blob(const Descriptor& blob) {
  if (failure) throw *failure;
  const auto at = blobs.find(blob.digest.str());
  if (at == blobs.end()) throw Error(ErrorKind::not_found, "no blob " + blob.digest.str());
  return std::make_unique<StringSource>(at->second);
}

std::optional<EngineView> LintSource::engine_view() {
  if (root || failure) return std::nullopt;
  return EngineView{
      image.config, Digest::sha256_of("config"), {1000}, std::make_unique<CountingFiles>(image.files, file_questions)};
}

Descriptor LintSource::add_blob(const std::string& bytes, std::string_view media_type) {
  const Digest digest = Digest::sha256_of(bytes);
  blobs[digest.str()] = bytes;
  return Descriptor{std::string(media_type), digest, bytes.size(), {}, {}, {}, {}};
}

RawManifest image_manifest(const Descriptor& config, const std::vector<Descriptor>& layers) {
  const auto describe = [](const Descriptor& descriptor) {
    return Json{{"mediaType", descriptor.media_type}, {"digest", descriptor.digest.str()}, {"size", descriptor.size}};
  };
  Json json = {{"schemaVersion", 2}, {"config", describe(config)}, {"layers", Json::array()}};
  for (const Descriptor& layer : layers) json["layers"].push_back(describe(layer));
  return {std::string(media_type::oci_manifest), dump_json(json)};
}

}  // namespace sidecarctl::test
