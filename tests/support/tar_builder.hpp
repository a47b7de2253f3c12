// SPDX-License-Identifier: Apache-2.0
// Tar archives written header by header, so that hostile and odd ones can be made. For plain ones tar_of() in
// image_builder.hpp is enough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecarctl::test {

/// One entry. What the ustar fields cannot hold goes into a PAX header (or GNU ones, see TarBuilder::Dialect).
struct TarItem {
  std::string name{};
  std::string content{};
  char type = '0';  ///< '0' file, '1' hard link, '2' symlink, '3' '4' devices, '5' directory, '6' fifo.
  std::string link{};
  std::uint32_t mode = 0644;
  std::uint64_t uid = 0, gid = 0;
  std::vector<std::pair<std::string, std::string>> pax{};  ///< Further PAX records, "SCHILY.xattr.x" and the like.
  std::optional<std::uint64_t> claimed_size{};             ///< What the header says, when it lies.
};

class TarBuilder {
 public:
  enum class Dialect { pax, gnu };
  explicit TarBuilder(Dialect dialect = Dialect::pax) : dialect_(dialect) {}

  TarBuilder& add(TarItem item);
  TarBuilder& directory(std::string name, std::uint32_t mode = 0755, std::uint64_t uid = 0, std::uint64_t gid = 0);
  TarBuilder& file(std::string name, std::string content = "", std::uint32_t mode = 0644, std::uint64_t uid = 0,
                   std::uint64_t gid = 0);
  TarBuilder& symlink(std::string name, std::string target);
  TarBuilder& hardlink(std::string name, std::string target, std::uint32_t mode = 0644, std::uint64_t uid = 0,
                       std::uint64_t gid = 0);
  TarBuilder& whiteout(std::string_view path);     ///< "opt/shared" writes "opt/.wh.shared".
  TarBuilder& opaque(std::string_view directory);  ///< "opt" writes "opt/.wh..wh..opq"; "" is the root.
  TarBuilder& raw(std::string_view bytes);         ///< As they are: no header, no padding.

  /// The archive with the two empty blocks that end it.
  std::string build() const { return bytes_ + std::string(1024, '\0'); }
  std::string without_end() const { return bytes_; }

 private:
  void header(const TarItem& item, std::uint64_t size);
  void extended(char type, const std::string& body);

  Dialect dialect_;
  std::string bytes_;
};

/// One PAX record with its own length in front: "30 mtime=1350244992.023960108\n".
std::string pax_record(const std::string& key, const std::string& value);

/// The value of the xattr system.posix_acl_access (acl(5), version 2) that gives `uid` the permissions `bits`.
std::string acl_for_user(std::uint32_t uid, unsigned bits);

}  // namespace sidecarctl::test
