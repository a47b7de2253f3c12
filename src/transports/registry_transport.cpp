// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"
#include "registry/client.hpp"
#include "registry/registry_access.hpp"
#include "transports/transport.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

namespace sidecarctl {

namespace {

class RegistrySource final : public ImageSource {
 public:
  RegistrySource(const Reference& reference, RegistryContext& context)
      : asked_(reference.tag() || reference.digest() ? reference : reference.with_tag("latest")),
        client_(connect_registry(reference.registry(), context)),
        root_(client_->get_manifest(asked_)) {
    info_.transport = "registry";
    info_.target = "docker://" + reference.str();
    info_.name = reference.str();
    info_.tag = reference.tag();  // Not the implied "latest": that nobody wrote a tag is a finding of its own.
    if (reference.digest()) info_.digest = reference.digest()->str();
  }

  const SourceInfo& info() const override { return info_; }
  bool is_local() const override { return false; }

  RawManifest read_manifest(const std::optional<Digest>& digest) override {
    return digest ? client_->get_manifest(asked_.with_digest(*digest)) : root_;
  }

  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override {
    return client_->open_blob(asked_.repository(), blob);
  }

 private:
  Reference asked_;
  std::unique_ptr<RegistryClient> client_;
  RawManifest root_;  ///< Read when opened: that is how an image that is not there is noticed.
  SourceInfo info_;
};

std::unique_ptr<ImageSource> open_registry(std::string_view location, TransportContext& context) {
  if (location.starts_with("//")) location.remove_prefix(2);
  return std::make_unique<RegistrySource>(Reference::parse(location), context.registry);
}

}  // namespace

extern constinit const TransportInfo registry_transport{"docker", "registry", "docker://HOST/REPOSITORY[:TAG][@DIGEST]",
                                                        "an image in a registry", &open_registry};

}  // namespace sidecarctl
