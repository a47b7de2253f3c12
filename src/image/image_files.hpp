// SPDX-License-Identifier: Apache-2.0
// The one interface for "what is at this path of the image?", whatever the place the image is in.
#pragma once

#include "image/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

enum class FileType { file, directory, symlink, character_device, block_device, fifo, other };

/// One node of the final tree. Ownership and mode are those of the tar headers, never of an unpacked copy.
struct FileNode {
  FileType type = FileType::file;
  std::uint32_t mode = 0;  ///< Permission bits with setuid, setgid, sticky: 07777.
  std::uint64_t uid = 0, gid = 0;
  std::uint64_t size = 0;   ///< Bytes, of a file.
  std::string link_target;  ///< Of a symlink, as written.
  std::optional<std::size_t>
      layer;                    ///< The layer that gave it, from 0, base first; nullopt where the place cannot tell.
  bool implied = false;         ///< A directory without a tar entry of its own in any layer.
  std::string access_acl;       ///< Raw value of the xattr system.posix_acl_access; "" when there is none.
  bool has_capability = false;  ///< xattr security.capability is there.
  bool brief = false;           ///< From glance(): owner, ACL, capability and layer are not known.

  bool is_directory() const noexcept { return type == FileType::directory; }
  bool is_symlink() const noexcept { return type == FileType::symlink; }
  bool is_file() const noexcept { return type == FileType::file; }
};

/// How a layer blob is packed, told by its first bytes.
enum class Compression { none, gzip, zstd, xz, bzip2, unknown };
std::string_view to_string(Compression compression) noexcept;

/// Something about a layer that is not as it must be.
struct LayerFault {
  enum class Kind { size, digest, diff_id, truncated, undecodable, tar };
  Kind kind;
  std::string message;  ///< Both values: "the sha256 of layer 3 is ..., the manifest says ...".
};

/// A tar entry that a runtime refuses or that means trouble (SDC009).
struct TarAnomaly {
  enum class Kind {
    escapes_root,
    absolute_link_escape,
    bad_whiteout,
    duplicate,
    whiteout_after_entry,
    hardlink_to_lower_layer,
    other
  };
  Kind kind;
  std::string path, detail;
};

/// What was learned about a layer while it was read.
struct LayerFacts {
  std::size_t index = 0;
  std::optional<Compression> compression;  ///< nullopt: not looked at.
  bool read_to_end = false;                ///< Every byte was read, and verified unless `faults` says otherwise.
  std::uint64_t entries = 0;
  std::uint64_t unpacked_size = 0;  ///< Bytes of the tar; 0 when not read.
  std::uint64_t bytes_read = 0;     ///< Stored bytes that were read from the place.
  std::vector<LayerFault> faults;
  std::vector<TarAnomaly> anomalies;  ///< The first 100; `anomaly_count` has all.
  std::uint64_t anomaly_count = 0;
};

/// The final tree of one image as containerd's applier would make it (layers bottom-up, whiteouts, opaque markers,
/// links replaced by directories, ...), seen through questions. Lazily reads what a question needs. Not thread-safe.
///
/// Paths are absolute and clean ("/opt/palantir", never "..", no final slash); "/" is always a directory.
/// Throws Error{corrupt} when the bytes that would answer are damaged, and the transport's errors.
class ImageFiles {
 public:
  virtual ~ImageFiles() = default;

  /// The node at exactly that path, like lstat(2) where no parent is a symlink: nullopt if a parent is missing or is no
  /// directory. To follow links use resolve() (image/path_resolver.hpp).
  virtual std::optional<FileNode> find(std::string_view path) = 0;

  /// As find(), where type, mode, size and the end of a link are enough: cheaper in some places. The answer may be
  /// brief; the target of a brief symlink is where the place says that it ends, not the text of the link.
  virtual std::optional<FileNode> glance(std::string_view path) { return find(path); }

  /// Names in a directory, sorted; empty if it is not there or no directory. At most kMaxListing.
  virtual std::vector<std::string> list(std::string_view directory) = 0;

  /// The first `length` bytes of a regular file; shorter only if the file is. At most kMaxHead.
  virtual std::string read_head(std::string_view path, std::size_t length) = 0;

  /// The layer that removed `path` (by whiteout or opaque marker, its own or a parent's) when it is not there but was
  /// in a lower layer; nullopt otherwise and where the place cannot tell.
  virtual std::optional<std::size_t> removed_in(std::string_view path);

  /// Paths or bare file names whose content will be asked for: a hint that saves a second reading of a layer.
  virtual void expect(const std::vector<std::string>& names);

  /// The layers that were touched so far. A layer not in the list was not needed.
  virtual std::vector<LayerFacts> layers_read() const;

  static constexpr std::size_t kMaxListing = 10000;
  static constexpr std::size_t kMaxHead = 1024UL * 1024;
};

}  // namespace sidecarctl
