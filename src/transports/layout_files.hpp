// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/byte_source.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace sidecarctl {

/// Files by their names, relative and clean ("blobs/sha256/ab..."): of a folder or of an archive. Thread-safe.
class LayoutFiles {
 public:
  virtual ~LayoutFiles() = default;
  /// For messages: "app.tar", "out".
  virtual const std::string& where() const noexcept = 0;
  /// The bytes of a regular file, seekable; nullptr when there is none.
  virtual std::unique_ptr<ByteSource> open(const std::string& name) const = 0;
  /// As ImageSource::blob_identity.
  virtual std::string identity(const std::string& name) const = 0;
};

/// A whole small file; nullopt when it is not there. Throws Error{corrupt} when it is longer than `limit`.
std::optional<std::string> read_small_file(const LayoutFiles& files, const std::string& name, std::uint64_t limit);

/// The files below a folder. No link leads out of it, not even one of a parent (`blobs` pointing elsewhere): that
/// throws Error{corrupt}. Throws Error{not_found|denied|io} when the folder cannot be opened.
std::unique_ptr<LayoutFiles> open_layout_folder(const std::filesystem::path& folder);

}  // namespace sidecarctl
