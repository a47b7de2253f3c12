// SPDX-License-Identifier: Apache-2.0
#include "support/image_builder.hpp"

#include "support/fake_files.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace sidecarctl::test {

namespace {

constexpr std::size_t kBlock = 512;

std::string ustar_header(const ArchiveMember& member) {
  if (member.name.size() > 100 || member.link.size() > 100) throw std::logic_error("name too long for ustar");
  std::string block(kBlock, '\0');
  const auto put = [&block](std::size_t at, const std::string& text) { block.replace(at, text.size(), text); };
  put(0, member.name);
  put(100, fmt::format("{:07o}", member.mode));
  put(108, fmt::format("{:07o}", member.uid));
  put(116, fmt::format("{:07o}", member.gid));
  put(124, fmt::format("{:011o}", member.content.size()));
  put(136, fmt::format("{:011o}", 0));
  put(148, "        ");
  block[156] = member.type;
  put(157, member.link);
  put(257, std::string("ustar\0"
                       "00",
                       8));
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  return block;
}

void require(int result, archive* writer) {
  if (result < ARCHIVE_WARN) throw std::runtime_error(archive_error_string(writer));
}

void choose_filter(archive* writer, Compression compression) {
  switch (compression) {
    case Compression::gzip:
      require(archive_write_add_filter_gzip(writer), writer);
      require(archive_write_set_filter_option(writer, "gzip", "timestamp", nullptr), writer);
      return;
    case Compression::zstd: require(archive_write_add_filter_zstd(writer), writer); return;
    case Compression::xz: require(archive_write_add_filter_xz(writer), writer); return;
    case Compression::bzip2: require(archive_write_add_filter_bzip2(writer), writer); return;
    case Compression::none:
    case Compression::unknown: throw std::logic_error("no such compression");
  }
}

std::string layer_type(Compression compression, bool docker) {
  std::string type(docker ? media_type::docker_layer : media_type::oci_layer);
  if (compression == Compression::none) return type;
  return type + (docker ? "." : "+") + std::string(to_string(compression));
}

OrderedJson to_json(const Descriptor& descriptor) {
  OrderedJson json{
      {"mediaType", descriptor.media_type}, {"digest", descriptor.digest.str()}, {"size", descriptor.size}};
  if (descriptor.platform) {
    json["platform"] = {{"architecture", descriptor.platform->architecture}, {"os", descriptor.platform->os}};
    if (!descriptor.platform->variant.empty()) json["platform"]["variant"] = descriptor.platform->variant;
  }
  for (const auto& [key, value] : descriptor.annotations) json["annotations"][key] = value;
  return json;
}

Descriptor describe(const std::string& bytes, std::string type) {
  return Descriptor{std::move(type), Digest::sha256_of(bytes), bytes.size(), {}, {}, {}, {}};
}

std::string index_document(const std::vector<Descriptor>& entries) {
  OrderedJson json{{"schemaVersion", 2}, {"mediaType", media_type::oci_index}, {"manifests", OrderedJson::array()}};
  for (const Descriptor& entry : entries) json["manifests"].push_back(to_json(entry));
  return dump_json(json);
}

std::string config_document(const TestImage& image, const std::vector<BuiltLayer>& layers) {
  OrderedJson config = image.config;
  config["rootfs"] = {{"type", "layers"}, {"diff_ids", OrderedJson::array()}};
  config["history"] = OrderedJson::array();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    config["rootfs"]["diff_ids"].push_back(layers[i].diff_id.str());
    config["history"].push_back({{"created", "1970-01-01T00:00:00Z"}, {"created_by", image.layers[i].created_by}});
  }
  return dump_json(config);
}

}  // namespace

std::string tar_of(const std::vector<ArchiveMember>& members, bool with_end) {
  std::string tar;
  for (const ArchiveMember& member : members) {
    tar += ustar_header(member) + member.content;
    tar.resize((tar.size() + kBlock - 1) / kBlock * kBlock, '\0');
  }
  if (with_end) tar.append(2 * kBlock, '\0');
  return tar;
}

std::string pack(std::string_view bytes, Compression compression) {
  if (compression == Compression::none) return std::string(bytes);
  // Incompressible data grows a little; the rest is room for headers.
  std::string packed(bytes.size() + bytes.size() / 8 + 4096, '\0');
  std::size_t used = 0;
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(), archive_entry_free);
  choose_filter(writer.get(), compression);
  require(archive_write_set_format_raw(writer.get()), writer.get());
  require(archive_write_set_bytes_in_last_block(writer.get(), 1), writer.get());
  require(archive_write_open_memory(writer.get(), packed.data(), packed.size(), &used), writer.get());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  require(archive_write_header(writer.get(), entry.get()), writer.get());
  if (archive_write_data(writer.get(), bytes.data(), bytes.size()) < 0) require(ARCHIVE_FATAL, writer.get());
  require(archive_write_close(writer.get()), writer.get());
  packed.resize(used);
  return packed;
}

std::vector<ArchiveMember> good_root_files() {
  const std::string volume = "opt/palantir/sidecars/shared-volumes/";
  const auto folder = [](std::string name, std::uint32_t mode = 0755, std::uint64_t owner = 0) {
    return ArchiveMember{std::move(name), "", '5', "", mode, owner, owner};
  };
  std::vector<ArchiveMember> files{folder("tmp/", 01777), folder("etc/"), folder("bin/"), folder("usr/")};
  for (const char* name :
       {"usr/bin/", "usr/sbin/", "usr/local/", "usr/local/bin/", "usr/local/sbin/", "sbin/", "home/"}) {
    files.push_back(folder(name));
  }
  files.push_back(folder("home/app/", 0755, 5001));
  for (const char* name :
       {"opt/", "opt/palantir/", "opt/palantir/sidecars/", "opt/palantir/sidecars/shared-volumes/"}) {
    files.push_back(folder(name));
  }
  files.push_back(folder(volume + "shared/", 0755, 5001));
  files.push_back({"etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:5001:5001::/home/app:/bin/sh\n"});
  files.push_back({"etc/group", "root:x:0:\napp:x:5001:\n"});
  for (const char* name : {"bin/sh", "usr/bin/tee", "usr/bin/entrypoint"}) {
    files.push_back({name, elf_file(), '0', "", 0755});
  }
  return files;
}

TestImage good_image() {
  TestImage image;
  image.names = {"registry.example/app:1.0"};
  image.layers = {TestLayer{tar_of(good_root_files())}};
  image.config = OrderedJson{{"created", "1970-01-01T00:00:00Z"}, {"architecture", "amd64"}, {"os", "linux"}};
  image.config["config"] = {
      {"User", "5001"},
      {"Env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/home/app"}},
      {"Entrypoint", OrderedJson::array({"/usr/bin/entrypoint"})},
      {"WorkingDir", "/home/app"}};
  return image;
}

BuiltImage build(const TestImage& image) {
  std::vector<BuiltLayer> layers;
  for (const TestLayer& layer : image.layers) {
    std::string blob = pack(layer.tar, image.compression);
    const Descriptor descriptor = describe(blob, layer_type(image.compression, image.docker_types));
    layers.push_back(BuiltLayer{layer.tar, std::move(blob), Digest::sha256_of(layer.tar), descriptor});
  }
  const std::string config = config_document(image, layers);
  const Descriptor config_descriptor =
      describe(config, std::string(image.docker_types ? media_type::docker_config : media_type::oci_config));
  const std::string type(image.docker_types ? media_type::docker_manifest : media_type::oci_manifest);
  OrderedJson manifest{{"schemaVersion", 2},
                       {"mediaType", type},
                       {"config", to_json(config_descriptor)},
                       {"layers", OrderedJson::array()}};
  for (const BuiltLayer& layer : layers) manifest["layers"].push_back(to_json(layer.descriptor));
  RawManifest raw{type, dump_json(manifest)};
  Descriptor descriptor = describe(raw.bytes, type);
  descriptor.platform =
      Platform{image.config.value("os", ""), image.config.value("architecture", ""), image.config.value("variant", "")};
  return BuiltImage{std::move(layers), config, config_descriptor, std::move(raw), std::move(descriptor)};
}

Descriptor LayoutBuilder::blob(std::string bytes, std::string media_type) {
  Descriptor descriptor = describe(bytes, std::move(media_type));
  blobs_["blobs/sha256/" + descriptor.digest.hex()] = std::move(bytes);
  return descriptor;
}

Descriptor LayoutBuilder::image(const TestImage& image) {
  const BuiltImage built = build(image);
  for (const BuiltLayer& layer : built.layers) blob(layer.blob, layer.descriptor.media_type);
  blob(built.config, built.config_descriptor.media_type);
  blob(built.manifest.bytes, built.manifest.media_type);
  return built.descriptor;
}

Descriptor LayoutBuilder::index(const std::vector<Descriptor>& entries) {
  return blob(index_document(entries), std::string(media_type::oci_index));
}

Descriptor LayoutBuilder::attestation(const Descriptor& of) {
  const Descriptor statement = blob("{}", "application/vnd.in-toto+json");
  const Descriptor config =
      blob(R"({"architecture":"unknown","os":"unknown","config":{},"rootfs":{"type":"layers","diff_ids":[]}})",
           std::string(media_type::oci_config));
  const OrderedJson manifest{{"schemaVersion", 2},
                             {"mediaType", media_type::oci_manifest},
                             {"config", to_json(config)},
                             {"layers", OrderedJson::array({to_json(statement)})}};
  Descriptor result = blob(dump_json(manifest), std::string(media_type::oci_manifest));
  result.platform = Platform{"unknown", "unknown", ""};
  result.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                        {"vnd.docker.reference.digest", of.digest.str()}};
  return result;
}

void LayoutBuilder::entry(const Descriptor& descriptor, const std::string& ref_name,
                          const std::string& containerd_name) {
  entries_.push_back(descriptor);
  if (!ref_name.empty()) entries_.back().annotations["org.opencontainers.image.ref.name"] = ref_name;
  if (!containerd_name.empty()) entries_.back().annotations["io.containerd.image.name"] = containerd_name;
}

std::map<std::string, std::string> LayoutBuilder::files() const {
  std::map<std::string, std::string> files = blobs_;
  files["oci-layout"] = R"({"imageLayoutVersion":"1.0.0"})";
  files["index.json"] = index_document(entries_);
  for (const auto& [name, content] : changes) files[name] = content;
  return files;
}

LayoutBuilder oci_layout(const std::vector<TestImage>& images) {
  LayoutBuilder layout;
  for (const TestImage& image : images) {
    const Descriptor descriptor = layout.image(image);
    for (const std::string& name : image.names) layout.entry(descriptor, name);
    if (image.names.empty()) layout.entry(descriptor);
  }
  return layout;
}

void write_files(const std::filesystem::path& folder, const std::map<std::string, std::string>& files) {
  for (const auto& [name, content] : files) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << content;
  }
}

std::vector<ArchiveMember> members_of(const std::map<std::string, std::string>& files) {
  std::vector<ArchiveMember> members;
  for (const auto& [name, content] : files) members.push_back({name, content});
  return members;
}

}  // namespace sidecarctl::test
