// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/byte_source.hpp"

#include <memory>
#include <optional>
#include <string>

namespace sidecarctl {

/// How layers that are stored as plain tars are packed for a registry.
class LayerCompressor {
 public:
  enum class Method { gzip, zstd };

  /// `level` nullopt: the method's default. Throws Error{usage} for a level that the method does not have.
  explicit LayerCompressor(Method method, std::optional<int> level = std::nullopt);

  Method method() const noexcept { return method_; }
  /// Names everything that decides which bytes come out: "gzip-isal2.30.0-1". Same id, same input: same bytes.
  std::string id() const;
  std::unique_ptr<ByteSource> open(std::unique_ptr<ByteSource> tar) const;

 private:
  Method method_;
  int level_;
};

}  // namespace sidecarctl
