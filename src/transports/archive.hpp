// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/tar_index.hpp"
#include "transports/layout_files.hpp"
#include "util/cancel.hpp"
#include "util/events.hpp"
#include "util/file.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

/// A tar with an image in it, ready for reading anywhere. Immutable, so usable from several threads.
class Archive final : public LayoutFiles {
 public:
  Archive(std::shared_ptr<UniqueFd> file, TarIndex index, std::string where)
      : file_(std::move(file)), index_(std::move(index)), where_(std::move(where)) {}

  const std::string& where() const noexcept override { return where_; }
  std::unique_ptr<ByteSource> open(const std::string& name) const override;
  std::string identity(const std::string& name) const override;
  const TarIndex& index() const noexcept { return index_; }
  /// An OCI layout, or a part of one.
  bool has_layout() const { return index_.contains("oci-layout") && index_.contains("index.json"); }
  bool has_docker_manifest() const { return index_.contains("manifest.json"); }

 private:
  std::shared_ptr<UniqueFd> file_;
  TarIndex index_;
  std::string where_;
};

/// What opening an archive may use.
struct ArchiveContext {
  Events& events;
  const CancelToken& cancel;
};

/// Opens an archive, plain or compressed (told by its bytes), from a file, FIFO or "-" (standard input). What cannot be
/// read anywhere is unpacked once into a file without a name in the temporary folder. Duplicate members are warned of.
std::shared_ptr<const Archive> open_archive(const std::string& path, const ArchiveContext& context);
/// The same from a descriptor that is open already.
std::shared_ptr<const Archive> open_archive(std::shared_ptr<UniqueFd> file, std::string where,
                                            const ArchiveContext& context);

/// The same from a stream of an engine, kept in a file without a name. `needed`: bytes that are expected, 0: not known.
std::shared_ptr<const Archive> open_archive(ByteSource& bytes, std::string where, std::uint64_t needed,
                                            const ArchiveContext& context);

/// What the archive will need unpacked, as far as its compression tells: gzip's trailer (modulo 4 GiB, so at least so
/// much), the frame header of zstd. `head`: the first bytes, `tail`: the last 4.
std::optional<std::uint64_t> unpacked_size_hint(Compression compression, std::string_view head, std::string_view tail);

}  // namespace sidecarctl
