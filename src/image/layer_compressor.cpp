// SPDX-License-Identifier: Apache-2.0
#include "image/layer_compressor.hpp"

#include "image/gzip_compress.hpp"
#include "image/zstd_compress.hpp"
#include "util/error.hpp"

#include <fmt/format.h>
#include <isa-l.h>
#include <zstd.h>

namespace sidecarctl {

namespace {

struct Levels {
  std::string_view name;
  int lowest, highest, usual;
};

Levels levels_of(LayerCompressor::Method method) {
  switch (method) {
    case LayerCompressor::Method::gzip: return {"gzip", 0, 3, 1};
    case LayerCompressor::Method::zstd: return {"zstd", kMinZstdLevel, kMaxZstdLevel, 3};
  }
  return {};
}

/// ISA-L picks its code by the CPU, and the paths do not all find the same matches.
std::string_view cpu_path() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return "avx512";
  if (__builtin_cpu_supports("avx2")) return "avx2";
#endif
  return "base";
}

}  // namespace

LayerCompressor::LayerCompressor(Method method, std::optional<int> level)
    : method_(method), level_(level.value_or(levels_of(method).usual)) {
  const Levels levels = levels_of(method);
  if (level_ < levels.lowest || level_ > levels.highest) {
    throw Error(ErrorKind::usage, fmt::format("compression level '{}' is out of range: {} has {} to {}", level_,
                                              levels.name, levels.lowest, levels.highest));
  }
}

std::string LayerCompressor::id() const {
  if (method_ == Method::zstd) return fmt::format("zstd{}-{}", ZSTD_versionString(), level_);
  return fmt::format("gzip-isal{}.{}.{}-{}-{}", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION, cpu_path(),
                     level_);
}

std::unique_ptr<ByteSource> LayerCompressor::open(std::unique_ptr<ByteSource> tar) const {
  if (method_ == Method::zstd) return open_zstd_compressed(std::move(tar), level_);
  return open_gzip_compressed(std::move(tar), level_);
}

}  // namespace sidecarctl
