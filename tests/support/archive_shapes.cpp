// SPDX-License-Identifier: Apache-2.0
#include "support/image_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace sidecarctl::test {

namespace {

std::string tag_of(const std::string& name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string::npos ? "" : name.substr(colon + 1);
}

/// The legacy id of a layer: any 64 digits that are not its digest.
std::string legacy_id(const TestImage& image, const BuiltLayer& layer, std::size_t index) {
  return Digest::sha256_of(
             fmt::format("{} {} {}", image.names.empty() ? "" : image.names[0], index, layer.diff_id.str()))
      .hex();
}

/// Docker's short form: what `docker save` writes into RepoTags.
std::string familiar(const std::string& name) {
  for (const std::string_view prefix : {"docker.io/library/", "docker.io/"}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

void add_once(std::vector<ArchiveMember>& members, ArchiveMember member) {
  const auto same = [&](const ArchiveMember& other) { return other.name == member.name; };
  if (std::none_of(members.begin(), members.end(), same)) members.push_back(std::move(member));
}

/// What manifest.json and repositories say.
struct DockerManifest {
  OrderedJson entries = OrderedJson::array();
  OrderedJson repositories = OrderedJson::object();

  void add(const TestImage& image, const std::string& config, const std::vector<std::string>& layers,
           const std::string& top_id) {
    OrderedJson entry{{"Config", config}, {"RepoTags", nullptr}, {"Layers", layers}};
    for (const std::string& name : image.names) {
      entry["RepoTags"].push_back(familiar(name));
      repositories[familiar(name.substr(0, name.rfind(':')))][tag_of(name)] = top_id;
    }
    entries.push_back(entry);
  }
  void write(std::vector<ArchiveMember>& members) const {
    members.push_back({"manifest.json", dump_json(entries)});
    if (!repositories.empty()) members.push_back({"repositories", dump_json(repositories)});
  }
};

TestImage uncompressed(TestImage image) {
  image.compression = Compression::none;
  return image;
}

std::vector<ArchiveMember> docker_before_25(const std::vector<TestImage>& images) {
  std::vector<ArchiveMember> members;
  DockerManifest manifest;
  std::map<Digest, std::string> seen;
  for (const TestImage& image : images) {
    const BuiltImage built = build(uncompressed(image));
    std::vector<std::string> names;
    for (std::size_t i = 0; i < built.layers.size(); ++i) {
      const BuiltLayer& layer = built.layers[i];
      const std::string id = legacy_id(image, layer, i);
      names.push_back(id + "/layer.tar");
      members.push_back({id + "/", "", '5', "", 0755});
      members.push_back({id + "/VERSION", "1.0"});
      members.push_back({id + "/json", fmt::format(R"({{"id":"{}"}})", id)});
      const auto [first, is_new] = seen.emplace(layer.diff_id, id);
      if (is_new) {
        members.push_back({names.back(), layer.tar});
      } else {
        members.push_back({names.back(), "", '2', "../" + first->second + "/layer.tar"});
      }
    }
    const std::string config = built.config_descriptor.digest.hex() + ".json";
    add_once(members, {config, built.config});
    manifest.add(image, config, names, names.empty() ? "" : names.back().substr(0, 64));
  }
  manifest.write(members);
  return members;
}

std::vector<ArchiveMember> podman(const std::vector<TestImage>& images) {
  std::vector<ArchiveMember> members;
  DockerManifest manifest;
  for (const TestImage& image : images) {
    const BuiltImage built = build(uncompressed(image));
    std::vector<std::string> names;
    std::string id;
    for (std::size_t i = 0; i < built.layers.size(); ++i) {
      const BuiltLayer& layer = built.layers[i];
      names.push_back(layer.diff_id.hex() + ".tar");
      id = legacy_id(image, layer, i);
      add_once(members, {names.back(), layer.tar});
      members.push_back({id + "/layer.tar", "", '2', "../" + names.back()});
      members.push_back({id + "/VERSION", "1.0"});
      members.push_back({id + "/json", fmt::format(R"({{"id":"{}"}})", id)});
    }
    const std::string config = built.config_descriptor.digest.hex() + ".json";
    add_once(members, {config, built.config});
    manifest.add(image, config, names, id);
  }
  manifest.write(members);
  return members;
}

std::vector<ArchiveMember> crane(const std::vector<TestImage>& images) {
  std::vector<ArchiveMember> members;
  DockerManifest manifest;
  for (const TestImage& image : images) {
    const BuiltImage built = build(image);
    const std::string config = built.config_descriptor.digest.str();
    add_once(members, {config, built.config});
    std::vector<std::string> names;
    for (const BuiltLayer& layer : built.layers) {
      names.push_back(layer.descriptor.digest.hex() + ".tar.gz");
      add_once(members, {names.back(), layer.blob});
    }
    manifest.add(image, config, names, "");
  }
  members.push_back({"manifest.json", dump_json(manifest.entries)});
  return members;
}

std::vector<ArchiveMember> docker_with_layout(std::vector<TestImage> images, bool containerd) {
  DockerManifest manifest;
  LayoutBuilder layout;
  for (TestImage& image : images) {
    if (!containerd) image.compression = Compression::none;
    const BuiltImage built = build(image);
    const Descriptor descriptor = layout.image(image);
    std::vector<std::string> names;
    for (const BuiltLayer& layer : built.layers) names.push_back("blobs/sha256/" + layer.descriptor.digest.hex());
    manifest.add(image, "blobs/sha256/" + built.config_descriptor.digest.hex(), names,
                 built.layers.empty() ? "" : built.layers.back().diff_id.hex());
    for (const std::string& name : image.names) layout.entry(descriptor, tag_of(name), name);
    if (image.names.empty()) layout.entry(descriptor);
  }
  // Docker's order: blobs, index.json, manifest.json, oci-layout, repositories.
  std::vector<ArchiveMember> members{{"blobs/", "", '5', "", 0755}, {"blobs/sha256/", "", '5', "", 0755}};
  auto files = layout.files();
  const ArchiveMember version{"oci-layout", files.at("oci-layout")};
  files.erase("oci-layout");
  for (auto& [name, content] : files) members.push_back({name, content});
  manifest.write(members);
  members.push_back(version);
  return members;
}

}  // namespace

std::string_view to_string(ArchiveShape shape) {
  switch (shape) {
    case ArchiveShape::oci: return "oci";
    case ArchiveShape::docker_before_25: return "docker before 25";
    case ArchiveShape::docker_25: return "docker 25";
    case ArchiveShape::docker_containerd: return "docker with containerd's store";
    case ArchiveShape::podman: return "podman";
    case ArchiveShape::crane: return "crane";
  }
  return "";
}

std::vector<ArchiveMember> archive_members(const std::vector<TestImage>& images, ArchiveShape shape) {
  switch (shape) {
    case ArchiveShape::oci: return members_of(oci_layout(images).files());
    case ArchiveShape::docker_before_25: return docker_before_25(images);
    case ArchiveShape::docker_25: return docker_with_layout(images, false);
    case ArchiveShape::docker_containerd: return docker_with_layout(images, true);
    case ArchiveShape::podman: return podman(images);
    case ArchiveShape::crane: return crane(images);
  }
  return {};
}

std::string archive_of(const std::vector<TestImage>& images, ArchiveShape shape) {
  return tar_of(archive_members(images, shape));
}

}  // namespace sidecarctl::test
