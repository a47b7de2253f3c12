// SPDX-License-Identifier: Apache-2.0
#include "commands/push_gate.hpp"

#include "commands/warning_recorder.hpp"
#include "support/catch.hpp"
#include "support/fake_http.hpp"
#include "support/memory_source.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace sidecarctl;        // NOLINT(google-build-using-namespace): a test of one header
using namespace sidecarctl::test;  // NOLINT(google-build-using-namespace)

namespace {

const PushDestination kDestination{Reference::parse("registry.example/app:1.0"), {"1.0"}};

/// The ids of the findings that refuse; empty: it passed.
std::vector<std::string> refusals(const TestImage& image, const GateOptions& options,
                                  const PushDestination& destination = kDestination) {
  MemorySource source(build(image));
  NullEvents events;
  try {
    pass_gate(source, destination, options, events);
    return {};
  } catch (const GateRefusal& refusal) {
    CHECK(refusal.kind() == ErrorKind::policy);
    std::vector<std::string> ids;
    for (const auto& found : refusal.report().findings) {
      if (found.severity == lint::Severity::error) ids.emplace_back(found.rule->id);
    }
    CHECK(refusal.context().size() == ids.size());
    return ids;
  }
}

bool has(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

TestImage with_user(const std::string& user) {
  TestImage image = good_image();
  image.config["config"]["User"] = user;
  return image;
}

TestImage for_arm() {
  TestImage image = good_image();
  image.config["architecture"] = "arm64";
  return image;
}

}  // namespace

TEST_CASE("a right image passes the gate") {
  CHECK(refusals(good_image(), {}).empty());
}

TEST_CASE("an image that breaks a requirement is refused with the rule that it breaks") {
  CHECK(has(refusals(with_user("0"), {}), "SDC102"));
  CHECK(has(refusals(for_arm(), {}), "SDC201"));
}

TEST_CASE("--no-verify lets everything pass but another platform") {
  GateOptions options;
  options.platform_only = true;
  CHECK(refusals(with_user("0"), options).empty());
  CHECK(has(refusals(for_arm(), options), "SDC201"));
}

TEST_CASE("an image that no engine can pull is refused, and a secret is told") {
  const BuiltImage built = build(good_image());
  MemorySource damaged(built);
  std::vector<Descriptor> layers;
  for (const BuiltLayer& layer : built.layers) layers.push_back(layer.descriptor);
  layers.push_back(layers.front());  // One more than the config knows.
  damaged.manifest = manifest_of(built.manifest.media_type, built.config_descriptor, layers);
  NullEvents silent;
  CHECK_THROWS_AS(pass_gate(damaged, kDestination, {}, silent), GateRefusal);
  TestImage secret = good_image();
  secret.config["config"]["Env"].push_back("GITHUB_TOKEN=ghp_" + std::string(36, 'a'));
  MemorySource source(build(secret));
  RecordingEvents events;
  pass_gate(source, kDestination, {}, events);
  REQUIRE(events.warnings.size() == 1);
  CHECK_THAT(events.warnings[0], Catch::StartsWith("SDC901") && !Catch::Contains("ghp_a"));
}

TEST_CASE("the gate judges the tag at the destination, not that of the image") {
  TestImage image = good_image();
  image.names = {"registry.example/app:latest"};
  CHECK(refusals(image, {}).empty());
  const PushDestination latest{Reference::parse("registry.example/app:latest"), {"latest"}};
  CHECK(has(refusals(image, {}, latest), "SDC301"));
  GateOptions allowed;
  allowed.allow_latest = true;
  CHECK(refusals(image, allowed, latest).empty());
}

TEST_CASE("an image that is not there is no refusal but a failure") {
  MemorySource source(build(good_image()));
  source.blobs.clear();
  NullEvents events;
  try {
    pass_gate(source, kDestination, {}, events);
    FAIL("it passed");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::not_found);
  }
}

TEST_CASE("warnings are passed on and kept") {
  NullEvents silent;
  WarningRecorder recorder(silent);
  recorder.warning("one");
  recorder.status("not kept");
  CHECK(recorder.warnings() == std::vector<std::string>{"one"});
}
