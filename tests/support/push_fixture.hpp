// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/push.hpp"
#include "support/fake_registry_client.hpp"
#include "support/memory_source.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// A registry, and what a push into its repository "app" under the tag 1.0 needs.
struct PushFixture {
  FakeRegistryClient client;
  NullEvents events;
  CancelToken cancel;
  PushOptions options;

  PushFixture() {
    options.destination = Reference::parse("registry.example/app:1.0");
    options.tags = {"1.0"};
    options.jobs = 1;  // So that the order of calls is the same in every run.
  }
  FakeRegistryClient::Repository& there() { return client.repository("app"); }
  PushReport push(const Image& image) { return push_image(image, client, options, events, cancel); }
};

/// Three layers of different sizes, base first: small, large, middle.
inline TestImage three_layers() {
  TestImage image = good_image();
  image.layers = {{tar_of({{"a", std::string(10, 'a')}})},
                  {tar_of({{"b", std::string(90000, 'b')}})},
                  {tar_of({{"c", std::string(20000, 'c')}})}};
  return image;
}

/// As docker-archive shows it: plain tars.
inline TestImage uncompressed(TestImage image) {
  image.compression = Compression::none;
  return image;
}

inline std::unique_ptr<MemorySource> source_of(const TestImage& image) {
  auto source = std::make_unique<MemorySource>(build(image));
  source->source_info.uncompressed_layers_are_normal = image.compression == Compression::none;
  return source;
}

inline std::vector<std::string> actions(const PushReport& report) {
  std::vector<std::string> result{report.config.action};
  for (const PushedLayer& layer : report.layers) result.push_back(layer.action);
  return result;
}

}  // namespace sidecarctl::test
