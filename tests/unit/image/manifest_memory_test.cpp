// SPDX-License-Identifier: Apache-2.0
#include "image/manifest_memory.hpp"

#include "support/catch.hpp"
#include "support/memory_source.hpp"

using namespace sidecarctl;
using namespace sidecarctl::test;

TEST_CASE("a manifest that was read once is the same for ever, whatever the place says later") {
  auto source = std::make_unique<MemorySource>(build(good_image()));
  MemorySource& place = *source;
  const auto remembering = remember_manifests(std::move(source));
  const std::string first = remembering->read_manifest(std::nullopt).bytes;
  place.manifest.bytes = "{}";
  CHECK(remembering->read_manifest(std::nullopt).bytes == first);
  CHECK(place.read_manifest(std::nullopt).bytes == "{}");
}

TEST_CASE("a manifest memory hands everything else through") {
  auto source = std::make_unique<MemorySource>(build(good_image()));
  MemorySource& place = *source;
  place.source_info.target = "memory:app";
  auto remembering = remember_manifests(std::move(source));
  CHECK(remembering->info().target == "memory:app");
  CHECK(remembering->is_local() == place.is_local());
  const Image image = Image::open(std::move(remembering), linux_amd64());
  CHECK_FALSE(image.raw_config().empty());
}
