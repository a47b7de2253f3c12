// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_files.hpp"
#include "image/measured_source.hpp"
#include "image/tar_reader.hpp"
#include "image/types.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

/// What is promised about a layer, and how it may be read.
struct LayerPromise {
  Digest digest;
  std::uint64_t size = 0;
  std::optional<Digest> diff_id;  ///< Of the unpacked bytes.
  std::string name;               ///< For messages: "layer 3 (sha256:0123456789ab)".
  bool may_skip = false;          ///< The place is seekable: the file bodies of an uncompressed layer are not read.
};

/// Walks one layer once, in order: unpacks it, measures stored and unpacked bytes, and compares them with what is
/// promised.
class LayerReader {
 public:
  LayerReader(std::unique_ptr<ByteSource> stored, LayerPromise promise);
  ~LayerReader();
  LayerReader(LayerReader&&) noexcept;

  /// The next entry; it and its content die at the next call. nullptr only after the whole blob was drained: then
  /// faults() is complete. Throws DamagedData and what the source throws, for ever.
  const TarEntry* next();
  /// Content of the current entry.
  std::size_t read(std::span<std::byte> out);

  Compression compression() const noexcept;
  /// Promises that are broken: size, digest, diff_id. Empty, and read_to_end(): the layer is what it should be.
  const std::vector<LayerFault>& faults() const noexcept;
  /// Every byte was read. False for a layer whose bodies were skipped: nothing is said about its digest.
  bool read_to_end() const noexcept;
  std::uint64_t stored_bytes_read() const noexcept;
  std::uint64_t unpacked_size() const noexcept;           ///< So far.
  const std::optional<Digest>& diff_id() const noexcept;  ///< Of what was unpacked, after the end.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sidecarctl
