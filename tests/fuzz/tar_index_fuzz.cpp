// SPDX-License-Identifier: Apache-2.0
// The table of members of a hostile archive, and which image of it is meant.
#include "image/tar_index.hpp"
#include "transports/docker_archive.hpp"
#include "transports/image_choice.hpp"
#include "transports/oci_layout.hpp"
#include "util/error.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

/// The members of an archive in memory.
class MemoryArchive final : public sidecarctl::LayoutFiles {
 public:
  explicit MemoryArchive(std::string_view bytes)
      : bytes_(bytes),
        index_(sidecarctl::TarIndex::scan(
            [bytes](std::uint64_t offset, std::span<std::byte> out) {
              const std::size_t count = std::min(out.size(), bytes.size() - static_cast<std::size_t>(offset));
              std::memcpy(out.data(), bytes.data() + offset, count);
              return count;
            },
            bytes.size(), where_)) {}
  std::string identity(const std::string&) const override { return {}; }
  const std::string& where() const noexcept override { return where_; }
  std::unique_ptr<sidecarctl::ByteSource> open(const std::string& name) const override {
    const auto extent = index_.find(name);
    if (!extent) return nullptr;
    if (extent->offset > bytes_.size() || extent->size > bytes_.size() - extent->offset) __builtin_trap();
    const auto offset = static_cast<std::size_t>(extent->offset), size = static_cast<std::size_t>(extent->size);
    return std::make_unique<sidecarctl::StringSource>(std::string(bytes_.substr(offset, size)));
  }

 private:
  std::string where_ = "app.tar";
  std::string_view bytes_;
  sidecarctl::TarIndex index_;
};

template <class Body>
void tolerate(Body&& body) {
  try {
    body();
  } catch (const sidecarctl::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // A text may also be manifest.json itself: that finds its way there without a right tar around it.
  tolerate([&] { sidecarctl::parse_docker_archive_manifest(bytes, "app.tar"); });
  tolerate([&] {
    auto archive = std::make_shared<MemoryArchive>(bytes);
    tolerate([&] {
      if (const auto text = sidecarctl::read_small_file(*archive, "manifest.json", 1 << 20)) {
        sidecarctl::parse_docker_archive_manifest(*text, "app.tar");
      }
    });
    const sidecarctl::OciLayout layout(archive);
    tolerate([&] { layout.config_digests(); });
    const auto list = layout.images("oci-archive:app.tar");
    for (const auto& selector :
         {sidecarctl::ImageSelector{}, sidecarctl::ImageSelector{"1.0", {}}, sidecarctl::ImageSelector{{}, 0}}) {
      tolerate([&] {
        const auto choice = sidecarctl::choose_image(list, selector);
        sidecarctl::SourceInfo info;
        sidecarctl::set_names(info, list.images.at(choice.image), choice.name);
        layout.read_root(choice.image);
      });
    }
  });
  return 0;
}
