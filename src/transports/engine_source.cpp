// SPDX-License-Identifier: Apache-2.0
#include "transports/engine_source.hpp"

#include "image/reference.hpp"
#include "util/error.hpp"

namespace sidecarctl {

ImageSource& ExportedSource::exported() {
  const std::scoped_lock lock(mutex_);
  if (!exported_) exported_ = export_image_();
  return *exported_;
}

RawManifest ExportedSource::read_manifest(const std::optional<Digest>& digest) {
  RawManifest manifest = exported().read_manifest(digest);
  if (own_digest_ && manifest.digest().str() != *own_digest_) manifest.made_here = true;
  return manifest;
}

bool is_same_engine_name(std::string_view a, std::string_view b) {
  const auto full = [](std::string_view name) {
    const Reference reference = Reference::parse(name);
    return reference.tag() || reference.digest() ? reference.str() : reference.str() + ":latest";
  };
  try {
    return full(a) == full(b);
  } catch (const ParseError&) {
    return a == b;
  }
}

}  // namespace sidecarctl
