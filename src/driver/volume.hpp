// SPDX-License-Identifier: Apache-2.0
// A shared volume as the executor's half sees it. The other half can write to it, too: no link in it is followed, and
// only regular files are read.
#pragma once

#include "protocol/directory.hpp"
#include "util/cancel.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

struct StoredFile {
  std::string name;  ///< Below the volume.
  std::uint64_t size = 0;
  std::string sha256;  ///< 64 lower-case digits.
};

class Volume {
 public:
  /// Claims the folder until the end of its life. Throws Error{not_found|denied|io} when it is no folder, or when
  /// another driver has claimed it.
  explicit Volume(const std::filesystem::path& path);

  const protocol::Directory& folder() const noexcept { return folder_; }
  std::string shown(std::string_view name) const;  ///< The path of a name, for messages.

  /// Throws Error{io} naming the flag when an earlier run has left one: its outputs would be taken for those of this.
  void refuse_used() const;

  /// Copies a regular file in, under its name only when it is whole and on disk. Folders that are missing are made.
  /// Throws Error{usage} for a name that leaves the volume or belongs to the protocol.
  StoredFile put_file(const std::filesystem::path& source, const std::string& name, const CancelToken& cancel) const;
  /// A small file, likewise.
  void put_text(std::string_view name, std::string_view text) const;

  /// A small regular file; nullopt when there is none. Throws Error{corrupt} for a longer one and for anything else of
  /// that name.
  std::optional<std::string> read_text(std::string_view name, std::size_t limit) const;
  /// The last bytes of a regular file, from the start of a line; "" when there is none.
  std::string tail(std::string_view name, std::size_t limit) const;

  /// Copies a regular file out, holes as holes; `destination` is replaced only by the whole file. nullopt: there is no
  /// such file. Throws Error{corrupt} when it is no regular file or lies behind a link.
  std::optional<StoredFile> take_file(const std::string& name, const std::filesystem::path& destination,
                                      const CancelToken& cancel) const;

 private:
  protocol::Directory folder_;
};

/// Throws Error{usage} for a name that is no plain path below the volume, or that the protocol uses itself.
void check_volume_name(const std::string& name);

}  // namespace sidecarctl
