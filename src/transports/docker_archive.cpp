// SPDX-License-Identifier: Apache-2.0
#include "transports/docker_archive.hpp"

#include "image/decompress.hpp"
#include "transports/docker_manifest.hpp"
#include "transports/oci_layout.hpp"
#include "util/error.hpp"
#include "util/json.hpp"
#include "util/sha256.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>

namespace sidecarctl {

namespace {

constexpr std::size_t kMaxImages = 1000;  // As many as an index may have entries.
constexpr std::size_t kMaxNames = 1000;   // Of one image; Docker's own limit on a repository's tags is the disk.
constexpr std::size_t kHeadSize = 512;    // One tar header: enough to tell compressions from a tar.
constexpr std::size_t kCopySize = 256 * 1024;

std::string shown(std::string_view name) {
  return shorten(escape_text(name), 200);
}

/// Layers that are elsewhere (Windows base layers) have a descriptor with URLs in LayerSources.
void read_foreign(const JsonReader& sources, DockerArchiveEntry& entry) {
  for (const auto& [diff_id, source] : sources.members()) {
    const std::vector<std::string> urls = source.strings("urls");
    if (urls.empty()) continue;
    entry.foreign.emplace_back(diff_id, Descriptor{source.at("mediaType").string(),
                                                   Digest::parse(source.at("digest").string()),
                                                   source.at("size").unsigned_number(),
                                                   {},
                                                   {},
                                                   urls,
                                                   {}});
  }
}

DockerArchiveEntry read_entry(const JsonReader& json) {
  DockerArchiveEntry entry{json.at("Config").string(), json.strings("RepoTags"), json.strings("Layers"), {}};
  if (entry.layers.size() > kMaxLayers)
    json.fail(fmt::format("has {} layers, the limit is {}", entry.layers.size(), kMaxLayers));
  if (entry.names.size() > kMaxNames)
    json.fail(fmt::format("has {} names, the limit is {}", entry.names.size(), kMaxNames));
  if (const auto sources = json.find("LayerSources")) read_foreign(*sources, entry);
  return entry;
}

std::vector<DockerArchiveEntry> read_entries(const Archive& archive) {
  const auto text = read_small_file(archive, "manifest.json", kMaxManifestSize);
  if (!text) throw Error(ErrorKind::corrupt, fmt::format("manifest.json in {} is not a file", archive.where()));
  return parse_docker_archive_manifest(*text, archive.where());
}

std::string read_config(const Archive& archive, const DockerArchiveEntry& entry) {
  auto text = read_small_file(archive, entry.config, kMaxConfigSize);
  if (!text) {
    throw Error(ErrorKind::corrupt, fmt::format("manifest.json in {} names the config '{}', which is not there",
                                                archive.where(), shown(entry.config)));
  }
  return std::move(*text);
}

/// The image of one entry of manifest.json. Its manifest is made here, from names, sizes and diff_ids: an uncompressed
/// layer's digest is its diff_id, so no layer is read.
class DockerArchiveSource final : public ImageSource {
 public:
  DockerArchiveSource(std::shared_ptr<const Archive> archive, DockerArchiveEntry entry, SourceInfo info,
                      const ArchiveContext& context)
      : archive_(std::move(archive)), entry_(std::move(entry)), info_(std::move(info)), context_(context) {}

  const SourceInfo& info() const override { return info_; }

  RawManifest read_manifest(const std::optional<Digest>& digest) override {
    prepare();
    if (digest && *digest != manifest_->digest()) fail_absent(*digest);
    return *manifest_;
  }

  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override {
    prepare();
    const auto at = members_.find(blob.digest);
    if (at == members_.end()) fail_absent(blob.digest);
    return archive_->open(at->second);
  }

  std::string blob_identity(const Descriptor& blob) override {
    const auto at = members_.find(blob.digest);
    return at == members_.end() ? std::string() : archive_->identity(at->second);
  }

 private:
  [[noreturn]] void fail_absent(const Digest& digest) const {
    throw Error(ErrorKind::not_found, fmt::format("{} is not in {}", digest.str(), archive_->where()));
  }

  void prepare() {
    const std::scoped_lock lock(mutex_);
    if (manifest_) return;
    const std::string text = read_config(*archive_, entry_);
    const ImageConfig config = with_context([&] { return fmt::format("while reading {}", archive_->where()); },
                                            [&] { return parse_config(text); });
    // What the name promises: if the bytes are others, reading the config says so.
    const Digest digest = digest_in_name(entry_.config).value_or(Digest::sha256_of(text));
    const Descriptor config_descriptor{std::string(media_type::docker_config), digest, text.size(), {}, {}, {}, {}};
    members_.emplace(digest, entry_.config);
    std::vector<Descriptor> layers;
    for (std::size_t i = 0; i < entry_.layers.size(); ++i) layers.push_back(layer(i, config));
    manifest_ = make_docker_manifest(config_descriptor, layers);
  }

  Descriptor layer(std::size_t position, const ImageConfig& config) {
    const bool counts_agree = config.diff_ids.size() == entry_.layers.size();
    const auto diff_id = counts_agree ? std::optional(config.diff_ids[position]) : std::nullopt;
    if (diff_id) {
      const auto is_same = [&](const auto& foreign) { return foreign.first == diff_id->str(); };
      const auto at = std::find_if(entry_.foreign.begin(), entry_.foreign.end(), is_same);
      if (at != entry_.foreign.end()) return at->second;
    }
    const std::string& name = entry_.layers[position];
    const auto member = archive_->index().resolve(name);
    const auto extent = archive_->index().find(name);
    if (!member || !extent) fail_layer(position);
    const Compression compression = detect_compression(read_up_to(*archive_->open(name), kHeadSize));
    const Digest digest = layer_digest(*member, compression, diff_id);
    members_.emplace(digest, *member);
    return Descriptor{docker_layer_type(compression), digest, extent->size, {}, {}, {}, {}};
  }

  [[noreturn]] void fail_layer(std::size_t position) const {
    Error error(ErrorKind::corrupt, fmt::format("layer {} ('{}') is not in {}", position,
                                                shown(entry_.layers[position]), archive_->where()));
    if (!archive_->index().has_end_mark())
      error.set_hint("the archive has no end mark: it may have been cut, make it again");
    throw error;
  }

  Digest layer_digest(const std::string& member, Compression compression, const std::optional<Digest>& diff_id) const {
    const bool packed = compression != Compression::none && compression != Compression::unknown;
    if (!packed && diff_id) return *diff_id;
    const auto named = digest_in_name(member);
    // podman's names are diff_ids, whatever is in the member.
    if (named && named != diff_id) return *named;
    return hash(member);
  }

  Digest hash(const std::string& member) const {
    const auto source = archive_->open(member);
    Sha256 sum;
    std::vector<std::byte> buffer(kCopySize);
    while (const std::size_t got = source->read(buffer)) {
      context_.cancel.check();
      sum.update(std::span(buffer).first(got));
    }
    return Digest(sum.finish());
  }

  std::shared_ptr<const Archive> archive_;
  DockerArchiveEntry entry_;
  SourceInfo info_;
  ArchiveContext context_;
  std::mutex mutex_;
  std::optional<RawManifest> manifest_;
  std::map<Digest, std::string> members_;
};

std::string platform_of(const Archive& archive, const DockerArchiveEntry& entry) {
  try {
    return parse_config(read_config(archive, entry)).platform.str();
  } catch (const Error&) {
    return "unreadable";  // It is one line of a list; the image may not be the one that is wanted.
  }
}

std::unique_ptr<ImageSource> open_docker_image(std::shared_ptr<const Archive> archive,
                                               std::vector<DockerArchiveEntry> entries, const ImageSelector& selector,
                                               std::string prefix, SourceInfo info, const ArchiveContext& context) {
  ImageList list{archive->where(), std::move(prefix), {}, [&](std::size_t image) {
                   return platform_of(*archive, entries[image]);
                 }};
  for (const DockerArchiveEntry& entry : entries) {
    auto& names = list.images.emplace_back();
    for (const std::string& name : entry.names) names.push_back({familiar_name(name), ""});
  }
  const ImageChoice choice = choose_image(list, selector);
  set_names(info, list.images[choice.image], choice.name);
  return std::make_unique<DockerArchiveSource>(archive, std::move(entries[choice.image]), std::move(info), context);
}

/// Do the layout and manifest.json describe the same images?
bool are_consistent(const OciLayout& layout, const std::vector<DockerArchiveEntry>& entries) {
  const std::vector<Digest> configs = layout.config_digests();
  return std::all_of(entries.begin(), entries.end(), [&](const DockerArchiveEntry& entry) {
    const auto digest = digest_in_name(entry.config);
    return digest && std::find(configs.begin(), configs.end(), *digest) != configs.end();
  });
}

std::optional<OciLayout> usable_layout(const std::shared_ptr<const Archive>& archive,
                                       const std::vector<DockerArchiveEntry>& entries, Events& events) {
  std::string problem = "index.json and manifest.json describe different images";
  try {
    OciLayout layout(archive);
    if (are_consistent(layout, entries)) return layout;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::io) throw;
    problem = error.message();
  }
  events.warning(fmt::format("{}: {}; manifest.json is used", archive->where(), problem));
  return std::nullopt;
}

}  // namespace

std::vector<DockerArchiveEntry> parse_docker_archive_manifest(std::string_view text, const std::string& where) {
  const std::string what = "manifest.json in " + where;
  const Json document = parse_json(text, what);
  const JsonReader json(document, what);
  const auto items = json.array();
  if (items.size() > kMaxImages) json.fail(fmt::format("has {} images, the limit is {}", items.size(), kMaxImages));
  std::vector<DockerArchiveEntry> entries;
  for (const JsonReader& item : items) entries.push_back(read_entry(item));
  return entries;
}

std::optional<Digest> digest_in_name(std::string_view member) {
  for (const std::string_view prefix : {"blobs/sha256/", "sha256:"}) {
    if (member.starts_with(prefix)) return Digest::try_parse("sha256:" + std::string(member.substr(prefix.size())));
  }
  const std::size_t dot = member.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return Digest::try_parse("sha256:" + std::string(member.substr(0, dot)));
}

std::unique_ptr<ImageSource> open_archive_image(std::shared_ptr<const Archive> archive, const ImageSelector& selector,
                                                std::string prefix, SourceInfo info, const ArchiveContext& context) {
  if (!archive->has_docker_manifest())
    return open_layout_image(OciLayout(archive), selector, std::move(prefix), std::move(info));
  auto entries = read_entries(*archive);
  if (archive->has_layout()) {
    if (auto layout = usable_layout(archive, entries, context.events)) {
      return open_layout_image(std::move(*layout), selector, std::move(prefix), std::move(info));
    }
  }
  return open_docker_image(std::move(archive), std::move(entries), selector, std::move(prefix), std::move(info),
                           context);
}

}  // namespace sidecarctl
