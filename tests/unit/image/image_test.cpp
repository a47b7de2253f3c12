// SPDX-License-Identifier: Apache-2.0
#include "image/image.hpp"

#include "image/verifying_source.hpp"
#include "support/catch.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <map>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

namespace {

/// Blobs in memory; manifests are blobs, too.
class MemorySource final : public ImageSource {
 public:
  const SourceInfo& info() const override { return info_; }
  RawManifest read_manifest(const std::optional<Digest>& digest) override {
    return RawManifest{"", digest ? blob(*digest) : root};
  }
  std::unique_ptr<ByteSource> open_blob(const Descriptor& descriptor) override {
    return std::make_unique<StringSource>(blob(descriptor.digest));
  }
  /// Stores bytes and returns the JSON of a descriptor for them.
  std::string put(const std::string& bytes, std::string_view type, const std::string& extra = "") {
    const Digest digest = Digest::sha256_of(bytes);
    blobs[digest.str()] = bytes;
    return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":{}{}}})", type, digest.str(), bytes.size(), extra);
  }
  std::string put_image(const std::string& architecture, const std::string& extra = "") {
    const auto config =
        put(fmt::format(R"({{"os":"linux","architecture":"{}"}})", architecture), media_type::oci_config);
    return put(manifest_of(config), media_type::oci_manifest, extra);
  }
  static std::string manifest_of(const std::string& config) {
    return fmt::format(R"({{"mediaType":"{}","config":{},"layers":[]}})", media_type::oci_manifest, config);
  }
  static std::string index_of(const std::string& entries) {
    return fmt::format(R"({{"mediaType":"{}","manifests":[{}]}})", media_type::oci_index, entries);
  }
  static std::string platform(const std::string& architecture) {
    return fmt::format(R"(,"platform":{{"os":"linux","architecture":"{}"}})", architecture);
  }

  std::map<std::string, std::string> blobs;
  std::string root;

 private:
  std::string blob(const Digest& digest) {
    const auto at = blobs.find(digest.str());
    if (at == blobs.end()) throw Error(ErrorKind::not_found, "no blob " + digest.str());
    return at->second;
  }
  SourceInfo info_{"memory", "memory:image", {}, {}, {}, {}, {}, false};
};

}  // namespace

TEST_CASE("the manifest for linux/amd64 is found in an index, in nested ones too") {
  MemorySource source;
  const auto attestation = source.put_image("unknown", R"(,"platform":{"os":"unknown","architecture":"unknown"})");
  const auto arm = source.put_image("arm64", MemorySource::platform("arm64"));
  const auto amd = source.put_image("amd64", MemorySource::platform("amd64"));
  const auto inner = source.put(MemorySource::index_of(amd + "," + attestation), media_type::oci_index);
  source.root = MemorySource::index_of(arm + "," + inner);
  const Resolution result = resolve_image(source, linux_amd64());
  REQUIRE(result.outcome == Resolution::Outcome::image);
  CHECK(result.entries.size() == 3);
  CHECK(result.chosen->platform->architecture == "amd64");
}

TEST_CASE("an index entry without a platform is judged by its config") {
  MemorySource source;
  source.root = MemorySource::index_of(source.put_image("arm64") + "," + source.put_image("amd64"));
  const Image image = Image::open(std::make_unique<MemorySource>(source), linux_amd64());
  CHECK(image.config().platform.architecture == "amd64");
}

TEST_CASE("an index without the platform is an answer that lists what there is") {
  MemorySource source;
  source.root = MemorySource::index_of(source.put_image("arm64", MemorySource::platform("arm64")));
  const Resolution result = resolve_image(source, linux_amd64());
  CHECK(result.outcome == Resolution::Outcome::no_platform);
  CHECK(result.reason == "the index has no linux/amd64 but linux/arm64");
  CHECK_THROWS_WITH(Image::open(std::make_unique<MemorySource>(source), linux_amd64()), Catch::Contains("linux/arm64"));
}

TEST_CASE("charts and schema 1 are answers, not failures") {
  MemorySource source;
  source.root = MemorySource::manifest_of(source.put("{}", "application/vnd.cncf.helm.config.v1+json"));
  CHECK(resolve_image(source, linux_amd64()).outcome == Resolution::Outcome::not_an_image);
  source.root = R"({"schemaVersion":1})";
  CHECK(resolve_image(source, linux_amd64()).outcome == Resolution::Outcome::schema1);
}

TEST_CASE("a manifest whose digest is wrong is refused") {
  MemorySource source;
  const auto amd = source.put_image("amd64", MemorySource::platform("amd64"));
  source.root = MemorySource::index_of(amd);
  for (auto& [digest, bytes] : source.blobs) bytes += " ";
  CHECK_THROWS_AS(resolve_image(source, linux_amd64()), DigestMismatch);
}

TEST_CASE("a config whose bytes are wrong is refused") {
  MemorySource source;
  const std::string config = source.put(R"({"os":"linux"})", media_type::oci_config);
  source.root = MemorySource::manifest_of(config);
  for (auto& [digest, bytes] : source.blobs) bytes[0] = ' ';
  const Image image = Image::open(std::make_unique<MemorySource>(source), linux_amd64());
  CHECK_THROWS_AS(image.config(), DigestMismatch);
}

TEST_CASE("indexes nested beyond the limit are refused, a loop of them too") {
  MemorySource source;
  std::string entry = source.put_image("amd64", MemorySource::platform("amd64"));
  for (int depth = 1; depth < kMaxIndexDepth; ++depth)
    entry = source.put(MemorySource::index_of(entry), media_type::oci_index);
  source.root = MemorySource::index_of(entry);
  CHECK(resolve_image(source, linux_amd64()).outcome == Resolution::Outcome::image);
  source.root = MemorySource::index_of(source.put(MemorySource::index_of(entry), media_type::oci_index));
  CHECK_THROWS_WITH(resolve_image(source, linux_amd64()), Catch::Contains("nested deeper"));
}

TEST_CASE("an index that names the same empty index a thousand times, level by level, is refused at once") {
  MemorySource source;
  const auto repeated = [](const std::string& entry, int count) {
    std::string text = entry;
    for (int i = 1; i < count; ++i) text += "," + entry;
    return MemorySource::index_of(text);
  };
  std::string entry = source.put(MemorySource::index_of(""), media_type::oci_index);
  for (int level = 0; level < 2; ++level) entry = source.put(repeated(entry, 999), media_type::oci_index);
  source.root = repeated(entry, 999);
  CHECK_THROWS_WITH(resolve_image(source, linux_amd64()), "the image indexes have more than 1000 entries");
}
