// SPDX-License-Identifier: Apache-2.0
// Images made by hand, in every shape that tools write them. Times are zero, so digests are the same in every run.
#pragma once

#include "image/image_files.hpp"
#include "image/types.hpp"
#include "util/json.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::test {

/// One entry of a tar. `type` as in ustar: '0' file, '1' hard link, '2' symlink, '5' folder.
struct ArchiveMember {
  std::string name, content;
  char type = '0';
  std::string link{};
  std::uint32_t mode = 0644;
  std::uint64_t uid = 0, gid = 0;
};

/// A plain ustar with time 0. `with_end`: the two empty blocks that end it. Names have at most 100 bytes.
std::string tar_of(const std::vector<ArchiveMember>& members, bool with_end = true);

/// `bytes` compressed; always the same bytes for the same input. `none` gives them back.
std::string pack(std::string_view bytes, Compression compression);

struct TestLayer {
  std::string tar;
  std::string created_by = "COPY rootfs /";
};

/// What an image is made of. A test takes one and changes one thing.
struct TestImage {
  std::vector<std::string> names;  ///< References: "registry.example/app:1.0".
  std::vector<TestLayer> layers;
  OrderedJson config;  ///< Without rootfs and history: build() adds them.
  Compression compression = Compression::gzip;
  bool docker_types = false;  ///< Docker's media types instead of OCI's.
};

/// An image that is right in every respect, as support/subject_builder.hpp describes it.
TestImage good_image();
/// The files of its only layer.
std::vector<ArchiveMember> good_root_files();

struct BuiltLayer {
  std::string tar, blob;  ///< Unpacked and stored bytes.
  Digest diff_id;
  Descriptor descriptor;
};

/// The bytes of an image as a registry would have them.
struct BuiltImage {
  std::vector<BuiltLayer> layers;
  std::string config;
  Descriptor config_descriptor;
  RawManifest manifest;
  Descriptor descriptor;  ///< Of the manifest, with platform.
};
BuiltImage build(const TestImage& image);

/// Files of an OCI layout by name, to be written to a folder or packed into a tar.
class LayoutBuilder {
 public:
  Descriptor blob(std::string bytes, std::string media_type);
  Descriptor image(const TestImage& image);                  ///< Blobs and manifest.
  Descriptor index(const std::vector<Descriptor>& entries);  ///< A nested index.
  Descriptor attestation(const Descriptor& of);              ///< As buildx writes them.
  /// An entry of index.json, as skopeo (ref.name is all of the name) or Docker (tag, and containerd's annotation) names
  /// it.
  void entry(const Descriptor& descriptor, const std::string& ref_name = "", const std::string& containerd_name = "");
  /// All files, with oci-layout and index.json; what a test changed in `changes` wins.
  std::map<std::string, std::string> files() const;
  std::map<std::string, std::string> changes;

 private:
  std::map<std::string, std::string> blobs_;
  std::vector<Descriptor> entries_;
};

/// The layout with one entry for each name of each image (or one without a name).
LayoutBuilder oci_layout(const std::vector<TestImage>& images);
void write_files(const std::filesystem::path& folder, const std::map<std::string, std::string>& files);
std::vector<ArchiveMember> members_of(const std::map<std::string, std::string>& files);

/// Who wrote an archive.
enum class ArchiveShape {
  oci,                ///< skopeo, buildah, podman, buildx: an OCI layout in a tar.
  docker_before_25,   ///< `<id>/layer.tar`, a layer that is there already is a symlink.
  docker_25,          ///< OCI layout with uncompressed layers, and manifest.json.
  docker_containerd,  ///< The same with the layers as they came from the registry.
  podman,             ///< `<diff id>.tar`, and `<id>/layer.tar` as symlinks to them.
  crane,              ///< `sha256:<digest>` for the config, `<digest>.tar.gz` for layers; also kaniko, jib.
};
std::string_view to_string(ArchiveShape shape);
std::vector<ArchiveMember> archive_members(const std::vector<TestImage>& images, ArchiveShape shape);
/// tar_of(archive_members(...)).
std::string archive_of(const std::vector<TestImage>& images, ArchiveShape shape);

}  // namespace sidecarctl::test
