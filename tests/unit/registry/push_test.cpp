// SPDX-License-Identifier: Apache-2.0
#include "registry/push.hpp"

#include "support/catch.hpp"
#include "support/push_fixture.hpp"

#include <csignal>

using namespace sidecarctl;        // NOLINT(google-build-using-namespace): a test of one header
using namespace sidecarctl::test;  // NOLINT(google-build-using-namespace)
using Strings = std::vector<std::string>;

namespace {

ErrorKind kind_of_failure(PushFixture& fixture, const Image& image) {
  try {
    fixture.push(image);
  } catch (const Error& error) {
    return error.kind();
  }
  FAIL("the push was not refused");
  return ErrorKind::tool;
}

Strings put_calls(const PushFixture& fixture) {
  return fixture.client.calls("PUT");
}

}  // namespace

TEST_CASE("a push asks first, sends the largest layer first, then config, manifest, tag, and looks at the tag") {
  PushFixture fixture;
  const BuiltImage built = build(three_layers());
  const Image image = image_of(source_of(three_layers()));
  const PushReport report = fixture.push(image);

  const auto id = [&](std::size_t layer) { return built.layers[layer].descriptor.digest.short_hex(); };
  const std::string config = built.config_descriptor.digest.short_hex();
  // gzip makes the large layer of one letter small, but it stays the largest of the three.
  CHECK(put_calls(fixture) == Strings{"PUT blob " + id(1), "PUT blob " + id(2), "PUT blob " + id(0),
                                      "PUT blob " + config, "PUT manifest " + image.digest().str(),
                                      "PUT manifest 1.0"});
  const Strings calls = fixture.client.calls();
  CHECK(calls.front() == "HEAD manifest 1.0");
  CHECK(calls.back() == "HEAD manifest 1.0");
  CHECK(fixture.client.calls("HEAD blob").size() == 4);
  CHECK(fixture.there().tags.at("1.0") == image.digest());
  CHECK(fixture.there().manifests.at(image.digest()).bytes == built.manifest.bytes);
  CHECK(report.digest == image.digest());
  CHECK(report.tags == Strings{"1.0"});
  CHECK(report.size == built.manifest.bytes.size());
  CHECK(actions(report) == Strings{"uploaded", "uploaded", "uploaded", "uploaded"});
  CHECK(report.layers[1].bytes_sent == built.layers[1].blob.size());
  CHECK_FALSE(report.already_there);
}

TEST_CASE("an image that is there under its tag costs one request") {
  PushFixture fixture;
  const Image image = image_of(source_of(three_layers()));
  fixture.push(image);
  fixture.client.forget_calls();
  const PushReport report = fixture.push(image);
  CHECK(report.already_there);
  CHECK(report.tags == Strings{"1.0"});
  CHECK(fixture.client.calls() == Strings{"HEAD manifest 1.0"});
  CHECK(actions(report) == Strings{"existed", "existed", "existed", "existed"});
}

TEST_CASE("a new tag for an image that is there sends no blob") {
  PushFixture fixture;
  const Image image = image_of(source_of(three_layers()));
  fixture.push(image);
  fixture.client.forget_calls();
  fixture.options.tags = {"1.0", "2.0"};
  const PushReport report = fixture.push(image);
  CHECK(fixture.client.calls("PUT blob").empty());
  CHECK(report.tags == Strings{"1.0", "2.0"});
  CHECK(fixture.there().tags.at("2.0") == image.digest());
}

TEST_CASE("a push by digest only sets no tag and checks the digest") {
  PushFixture fixture;
  const Image image = image_of(source_of(three_layers()));
  fixture.options.tags.clear();
  const PushReport report = fixture.push(image);
  CHECK(report.tags.empty());
  CHECK(fixture.there().tags.empty());
  CHECK(fixture.there().manifests.count(image.digest()) == 1);
  CHECK(fixture.client.calls().back() == "HEAD manifest " + image.digest().str());
  CHECK(fixture.push(image).already_there);
}

TEST_CASE("a failure in one blob changes no tag and stops the others") {
  PushFixture fixture;
  fixture.options.jobs = GENERATE(1U, 4U);
  const Image image = image_of(source_of(three_layers()));
  fixture.client.before = [](const std::string& call) {
    if (call.starts_with("PUT blob")) throw Error(ErrorKind::network, "connection lost");
  };
  try {
    fixture.push(image);
    FAIL("it was not refused");
  } catch (const Error& error) {
    CHECK(error.message() == "connection lost");
    REQUIRE_FALSE(error.context().empty());
    CHECK_THAT(error.context().front(), Catch::StartsWith("while pushing layer "));
  }
  CHECK(fixture.client.calls("PUT manifest").empty());
  CHECK(fixture.there().tags.empty());
}

TEST_CASE("a layer that is not what the manifest says is not tagged") {
  PushFixture fixture;
  auto source = source_of(three_layers());
  const BuiltImage built = build(three_layers());
  source->blobs.at(built.layers[1].descriptor.digest).back() ^= 1;
  const Image image = image_of(std::move(source));
  try {
    fixture.push(image);
    FAIL("it was not refused");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK_THAT(error.hint().value_or(""), Catch::Contains("changed while it was being pushed"));
  }
  CHECK(fixture.client.calls("PUT manifest").empty());
}

TEST_CASE("a tag that is refused does not take the others with it") {
  PushFixture fixture;
  fixture.options.tags = {"1.0", "locked", "stable"};
  fixture.client.before = [](const std::string& call) {
    if (call == "PUT manifest locked") throw RegistryError(409, {"TAG_INVALID"}, "the tag is immutable");
  };
  const Image image = image_of(source_of(three_layers()));
  const PushReport report = fixture.push(image);
  CHECK(report.tags == Strings{"1.0", "stable"});
  REQUIRE(report.failed_tags.size() == 1);
  CHECK(report.failed_tags[0].tag == "locked");
  CHECK(report.failed_tags[0].error.message() == "the tag is immutable");
  CHECK(fixture.there().tags.count("locked") == 0);
}

TEST_CASE("a registry that has gone is not asked for every further tag") {
  PushFixture fixture;
  fixture.options.tags = {"1.0", "2.0", "3.0"};
  fixture.client.before = [](const std::string& call) {
    if (call == "PUT manifest 2.0") throw Error(ErrorKind::network, "connection refused");
  };
  const PushReport report = fixture.push(image_of(source_of(three_layers())));
  CHECK(report.tags == Strings{"1.0"});
  CHECK(report.failed_tags.size() == 2);
  CHECK(fixture.client.calls("PUT manifest 3.0").empty());
}

TEST_CASE("a tag that points elsewhere after the push is a failure of that tag") {
  PushFixture fixture;
  const RawManifest other{std::string(media_type::oci_manifest), "{}"};
  bool pushed = false;
  fixture.client.before = [&](const std::string& call) {
    if (call == "PUT manifest 1.0") pushed = true;
    if (!pushed || call != "HEAD manifest 1.0") return;
    fixture.there().manifests.insert_or_assign(other.digest(), other);
    fixture.there().tags.insert_or_assign("1.0", other.digest());
  };
  const PushReport report = fixture.push(image_of(source_of(three_layers())));
  CHECK(report.tags.empty());
  REQUIRE(report.failed_tags.size() == 1);
  CHECK_THAT(std::string(report.failed_tags[0].error.message()), Catch::Contains(other.digest().str()));
}

TEST_CASE("a tag that the registry shows late is asked for once more") {
  PushFixture fixture;
  int asked = 0;
  std::optional<Digest> hidden;
  fixture.client.before = [&](const std::string& call) {
    if (call != "HEAD manifest 1.0") return;
    ++asked;
    if (asked == 2) {
      hidden = fixture.there().tags.at("1.0");
      fixture.there().tags.clear();
    }
    if (asked == 3) fixture.there().tags.insert_or_assign("1.0", *hidden);
  };
  const PushReport report = fixture.push(image_of(source_of(three_layers())));
  CHECK(asked == 3);
  CHECK(report.tags == Strings{"1.0"});
}

TEST_CASE("an asserted digest that differs is refused before anything is sent") {
  PushFixture fixture;
  fixture.options.destination = Reference::parse("registry.example/app:1.0@" + Digest::sha256_of("other").str());
  const TestImage content = GENERATE(three_layers(), uncompressed(three_layers()));
  CHECK(kind_of_failure(fixture, image_of(source_of(content))) == ErrorKind::policy);
  CHECK(put_calls(fixture).empty());
  CHECK(fixture.client.calls("STREAM").empty());
}

TEST_CASE("an asserted digest that agrees goes through") {
  PushFixture fixture;
  const Image image = image_of(source_of(three_layers()));
  fixture.options.destination = Reference::parse("registry.example/app:1.0@" + image.digest().str());
  CHECK(fixture.push(image).tags == Strings{"1.0"});
}

TEST_CASE("--no-clobber leaves a tag with another image alone, before anything is sent") {
  PushFixture fixture;
  fixture.push(image_of(source_of(good_image())));
  const Digest before = fixture.there().tags.at("1.0");
  fixture.client.forget_calls();
  fixture.options.no_clobber = true;
  TestImage content = GENERATE(three_layers(), uncompressed(three_layers()));
  content.config["author"] = "somebody else";
  CHECK(kind_of_failure(fixture, image_of(source_of(content))) == ErrorKind::policy);
  CHECK(put_calls(fixture).empty());
  CHECK(fixture.client.calls("STREAM").empty());
  CHECK(fixture.there().tags.at("1.0") == before);
}

TEST_CASE("--no-clobber does not mind a new tag or the same image") {
  PushFixture fixture;
  fixture.options.no_clobber = true;
  const Image image = image_of(source_of(three_layers()));
  CHECK(fixture.push(image).tags == Strings{"1.0"});
  CHECK(fixture.push(image).already_there);
}

TEST_CASE("--expect-previous is checked before anything is sent") {
  PushFixture fixture;
  fixture.options.expect_previous = Digest::sha256_of("somebody's");
  const Image image = image_of(source_of(three_layers()));
  CHECK(kind_of_failure(fixture, image) == ErrorKind::policy);  // There is no such tag.
  CHECK(put_calls(fixture).empty());

  const Image other = image_of(source_of(good_image()));
  fixture.options.expect_previous.reset();
  fixture.push(other);
  fixture.client.forget_calls();
  fixture.options.expect_previous = image.digest();
  CHECK(kind_of_failure(fixture, image) == ErrorKind::policy);
  CHECK(put_calls(fixture).empty());
  fixture.options.expect_previous = other.digest();
  CHECK(fixture.push(image).tags == Strings{"1.0"});
}

TEST_CASE("--expect-previous without a tag is a mistake") {
  PushFixture fixture;
  fixture.options.tags.clear();
  fixture.options.expect_previous = Digest::sha256_of("x");
  CHECK(kind_of_failure(fixture, image_of(source_of(three_layers()))) == ErrorKind::usage);
}

TEST_CASE("layers with the same content are sent once") {
  PushFixture fixture;
  TestImage content = three_layers();
  content.layers.push_back(content.layers[1]);
  const PushReport report = fixture.push(image_of(source_of(content)));
  CHECK(fixture.client.calls("PUT blob").size() == 4);
  CHECK(actions(report) == Strings{"uploaded", "uploaded", "uploaded", "uploaded", "existed"});
}

TEST_CASE("foreign layers stay where they are") {
  PushFixture fixture;
  auto source = source_of(three_layers());
  const BuiltImage built = build(three_layers());
  Descriptor foreign = built.layers[1].descriptor;
  foreign.media_type = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
  foreign.urls = {"https://example.com/layer"};
  source->manifest =
      test::manifest_of(media_type::oci_manifest, built.config_descriptor, {built.layers[0].descriptor, foreign});
  source->blobs.erase(foreign.digest);
  const PushReport report = fixture.push(image_of(std::move(source)));
  CHECK(actions(report) == Strings{"uploaded", "uploaded", "skipped"});
  CHECK(fixture.there().blobs.size() == 2);
  CHECK(report.tags == Strings{"1.0"});
}

TEST_CASE("a registry that lost a blob it said it had gets it once more") {
  PushFixture fixture;
  const Image image = image_of(source_of(three_layers()));
  fixture.push(image);
  fixture.there().tags.clear();
  const Digest lost = image.manifest().layers[1].digest;
  bool dropped = false;
  fixture.client.before = [&](const std::string& call) {
    if (!call.starts_with("PUT manifest") || dropped) return;
    dropped = true;
    fixture.there().blobs.erase(lost);
  };
  fixture.client.forget_calls();
  const PushReport report = fixture.push(image);
  CHECK(fixture.client.calls("PUT blob") == Strings{"PUT blob " + lost.short_hex()});
  CHECK(report.tags == Strings{"1.0"});
}

TEST_CASE("a dry run writes nothing and says what it would do") {
  PushFixture fixture;
  const BuiltImage built = build(three_layers());
  fixture.there().blobs.emplace(built.layers[0].descriptor.digest, built.layers[0].blob);
  fixture.options.dry_run = true;
  const PushReport report = fixture.push(image_of(source_of(three_layers())));
  CHECK(put_calls(fixture).empty());
  CHECK(fixture.client.calls("STREAM").empty());
  CHECK(report.digest == built.descriptor.digest);
  CHECK(report.tags == Strings{"1.0"});
  CHECK(actions(report) == Strings{"would-upload", "existed", "would-upload", "would-upload"});
}

TEST_CASE("an interrupt stops before the next step, changes no tag, and says how far it came") {
  PushFixture fixture;
  const std::string step = GENERATE("HEAD manifest", "HEAD blob", "PUT blob", "PUT manifest sha256");
  fixture.client.before = [&](const std::string& call) {
    if (call.starts_with(step)) fixture.cancel.cancel(SIGINT);
  };
  INFO(step);
  try {
    fixture.push(image_of(source_of(three_layers())));
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::interrupted);
    CHECK_THAT(error.hint().value_or(""), Catch::Contains("of 4 blobs are at the registry"));
  }
  CHECK(fixture.there().tags.empty());
}
