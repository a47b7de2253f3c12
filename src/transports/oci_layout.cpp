// SPDX-License-Identifier: Apache-2.0
#include "transports/oci_layout.hpp"

#include "image/verifying_source.hpp"
#include "util/error.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace sidecarctl {

namespace {

constexpr std::uint64_t kMaxLayoutFileSize = 4096;  // {"imageLayoutVersion":"1.0.0"} and room for more.
constexpr const char* kRefName = "org.opencontainers.image.ref.name";
constexpr const char* kContainerdName = "io.containerd.image.name";

std::string blob_path(const Digest& digest) {
  return "blobs/sha256/" + digest.hex();
}

bool is_index(const Descriptor& descriptor) {
  return descriptor.media_type == media_type::oci_index || descriptor.media_type == media_type::docker_list;
}

std::string annotation(const Descriptor& descriptor, const char* key) {
  const auto at = descriptor.annotations.find(key);
  return at == descriptor.annotations.end() ? "" : at->second;
}

/// Docker and containerd put the whole name beside the tag; skopeo puts all that the user wrote into ref.name.
std::optional<ImageName> name_of(const Descriptor& descriptor) {
  const std::string ref = annotation(descriptor, kRefName);
  const std::string full = annotation(descriptor, kContainerdName);
  if (!full.empty()) return ImageName{familiar_name(full), ref};
  if (!ref.empty()) return ImageName{ref, ""};
  return std::nullopt;
}

class LayoutSource final : public ImageSource {
 public:
  LayoutSource(OciLayout layout, std::size_t image, SourceInfo info)
      : layout_(std::move(layout)), image_(image), info_(std::move(info)) {}
  const SourceInfo& info() const override { return info_; }
  RawManifest read_manifest(const std::optional<Digest>& digest) override {
    return digest ? layout_.read_manifest(*digest) : layout_.read_root(image_);
  }
  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override { return layout_.open_blob(blob.digest); }
  std::string blob_identity(const Descriptor& blob) override { return layout_.blob_identity(blob.digest); }

 private:
  OciLayout layout_;
  std::size_t image_;
  SourceInfo info_;
};

}  // namespace

OciLayout::OciLayout(std::shared_ptr<const LayoutFiles> files) : files_(std::move(files)) {
  check_version();
  auto text = read_small_file(*files_, "index.json", kMaxManifestSize);
  if (!text)
    throw Error(ErrorKind::not_found, fmt::format("{} is not an OCI layout: it has no index.json", files_->where()));
  index_ = RawManifest{std::string(media_type::oci_index), std::move(*text)};
  group_entries(with_context([&] { return fmt::format("while reading index.json of {}", files_->where()); },
                             [&] { return parse_index(index_); }));
}

void OciLayout::check_version() const {
  const auto text = read_small_file(*files_, "oci-layout", kMaxLayoutFileSize);
  if (!text)
    throw Error(ErrorKind::not_found,
                fmt::format("{} is not an OCI layout: it has no oci-layout file", files_->where()));
  const std::string what = fmt::format("oci-layout of {}", files_->where());
  const Json document = parse_json(*text, what);
  const std::string version = JsonReader(document, what).at("imageLayoutVersion").string();
  if (!version.starts_with("1.")) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is an OCI layout of version '{}', only 1.x is known",
                                                files_->where(), shorten(escape_text(version), 40)));
  }
}

void OciLayout::group_entries(const Index& index) {
  std::vector<Descriptor> images;
  for (const Descriptor& descriptor : index.manifests) {
    if (!is_attestation(descriptor)) images.push_back(descriptor);
  }
  // Nothing but attestations: then they are what the layout holds, and not runnable.
  if (images.empty()) images = index.manifests;
  index_is_image_ = is_one_image(images);
  for (const Descriptor& descriptor : images) {
    const auto same = [&](const Entry& entry) {
      return index_is_image_ || entry.descriptor.digest == descriptor.digest;
    };
    auto at = std::find_if(entries_.begin(), entries_.end(), same);
    if (at == entries_.end()) at = entries_.insert(entries_.end(), Entry{descriptor, {}});
    const auto name = name_of(descriptor);
    const auto known = [&](const ImageName& other) { return other.text == name->text; };
    if (name && std::none_of(at->names.begin(), at->names.end(), known)) at->names.push_back(*name);
  }
}

/// Some tools write the manifests of all platforms straight into index.json.
bool OciLayout::is_one_image(const std::vector<Descriptor>& descriptors) const {
  if (descriptors.size() < 2) return false;
  std::set<std::string> names, platforms;
  for (const Descriptor& descriptor : descriptors) {
    const auto name = name_of(descriptor);
    names.insert(name ? name->text : "");
    if (!descriptor.platform || !platforms.insert(descriptor.platform->str()).second) return false;
  }
  return names.size() == 1;
}

ImageList OciLayout::images(std::string prefix) const {
  ImageList list{files_->where(), std::move(prefix), {}, [this](std::size_t image) { return platform_of(image); }};
  for (const Entry& entry : entries_) list.images.push_back(entry.names);
  return list;
}

std::string OciLayout::platform_of(std::size_t image) const {
  const Descriptor& descriptor = entries_[image].descriptor;
  if (index_is_image_ || is_index(descriptor)) return "several platforms";
  if (descriptor.platform) return descriptor.platform->str();
  try {
    const Manifest manifest = parse_manifest(read_manifest(descriptor.digest));
    if (!is_image_config_type(manifest.config.media_type)) return "no image";
    const auto config = open_blob(manifest.config.digest);
    return parse_config(read_all(*config, kMaxConfigSize, "the image config")).platform.str();
  } catch (const Error&) {
    return "unreadable";  // It is one line of a list; the image may not be the one that is wanted.
  }
}

RawManifest OciLayout::read_root(std::size_t image) const {
  if (index_is_image_) return index_;
  const Descriptor& descriptor = entries_[image].descriptor;
  const std::string what = fmt::format("the manifest {} in {}", descriptor.digest.str(), files_->where());
  if (descriptor.size > kMaxManifestSize) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} has {} bytes, the limit is {}", what, descriptor.size, kMaxManifestSize));
  }
  VerifyingSource bytes(open_blob(descriptor.digest), descriptor.digest, descriptor.size, what);
  return RawManifest{descriptor.media_type, read_all(bytes, kMaxManifestSize, what)};
}

RawManifest OciLayout::read_manifest(const Digest& digest) const {
  const auto bytes = open_blob(digest);
  return RawManifest{
      "", read_all(*bytes, kMaxManifestSize, fmt::format("the manifest {} in {}", digest.str(), files_->where()))};
}

std::string OciLayout::blob_identity(const Digest& digest) const {
  return files_->identity(blob_path(digest));
}

std::unique_ptr<ByteSource> OciLayout::open_blob(const Digest& digest) const {
  auto source = files_->open(blob_path(digest));
  if (!source) {
    throw Error(ErrorKind::not_found, fmt::format("{} is not in {}", blob_path(digest), files_->where()),
                "the layout is not complete: was it saved for another platform only, or copied in part?");
  }
  return source;
}

struct OciLayout::ConfigSearch {
  std::vector<Digest> found;
  std::set<Digest> visited;  // An index may name the same one a thousand times, at each of its levels.
};

void OciLayout::collect_configs(const Index& index, int depth, ConfigSearch& search) const {
  for (const Descriptor& descriptor : index.manifests) {
    if (search.visited.size() >= kMaxIndexEntries) return;
    if (!search.visited.insert(descriptor.digest).second || !files_->open(blob_path(descriptor.digest))) continue;
    const RawManifest manifest = read_manifest(descriptor.digest);
    if (is_index(descriptor)) {
      if (depth < kMaxIndexDepth) collect_configs(parse_index(manifest), depth + 1, search);
    } else if (manifest_kind(manifest) == ManifestKind::image) {
      search.found.push_back(parse_manifest(manifest).config.digest);
    }
  }
}

std::vector<Digest> OciLayout::config_digests() const {
  ConfigSearch search;
  collect_configs(parse_index(index_), 1, search);
  return search.found;
}

std::unique_ptr<ImageSource> open_layout_image(OciLayout layout, const ImageSelector& selector, std::string prefix,
                                               SourceInfo info) {
  const ImageList list = layout.images(std::move(prefix));
  const ImageChoice choice = choose_image(list, selector);
  set_names(info, list.images[choice.image], choice.name);
  return std::make_unique<LayoutSource>(std::move(layout), choice.image, std::move(info));
}

}  // namespace sidecarctl
