// SPDX-License-Identifier: Apache-2.0
#include "commands/inspect_report.hpp"

#include "commands/masked_config.hpp"
#include "lint/mask_secrets.hpp"
#include "support/catch.hpp"
#include "support/fake_files.hpp"
#include "support/image_builder.hpp"
#include "support/json_schema.hpp"
#include "support/memory_source.hpp"
#include "support/temp_dir.hpp"
#include "support/transport_fixture.hpp"
#include "util/file.hpp"

#include <fmt/format.h>

#include <sstream>

namespace sidecarctl {

namespace {

using Catch::Matchers::Contains;
using test::good_image;
using test::TestImage;

std::shared_ptr<test::MemorySource> source_of(const TestImage& image) {
  auto source = std::make_shared<test::MemorySource>(test::build(image));
  source->source_info.transport = "oci";
  source->source_info.target = "oci:out:app";
  source->source_info.name = "registry.example/app:1.0";
  return source;
}

std::string text_of(const InspectReport& report) {
  std::ostringstream out;
  write_inspect_text(report, out);
  return out.str();
}

/// The document, checked against its schema.
OrderedJson document_of(const InspectReport& report) {
  const OrderedJson document = inspect_document(report);
  const std::string schema = read_file(SOURCE_DIR "/docs/schema/inspect.v1.json", 1 << 20);
  CHECK(test::schema_problem(Json::parse(schema), Json::parse(document.dump())) == "");
  return document;
}

const SharedFolder* find_folder(const InspectReport& report, const std::string& name) {
  for (const SharedFolder& folder : *report.shared) {
    if (folder.name == name) return &folder;
  }
  return nullptr;
}

/// A layout in a folder, and the only image in it.
struct LayoutOnDisk {
  std::shared_ptr<ImageSource> open(const test::LayoutBuilder& layout) {
    test::write_files(dir.path(), layout.files());
    return fixture.open("oci:" + dir.path().string());
  }
  test::TempDir dir;
  test::TransportFixture fixture;
};

/// An engine that answers by itself.
class EngineSource final : public ImageSource {
 public:
  explicit EngineSource(EngineView view) : view_(std::move(view)) {
    info_.transport = "docker-daemon";
    info_.target = "docker-daemon:app:1";
  }
  const SourceInfo& info() const override { return info_; }
  RawManifest read_manifest(const std::optional<Digest>&) override { throw std::logic_error("exported"); }
  std::unique_ptr<ByteSource> open_blob(const Descriptor&) override { throw std::logic_error("exported"); }
  std::optional<EngineView> engine_view() override { return std::move(view_); }

 private:
  SourceInfo info_;
  std::optional<EngineView> view_;
};

}  // namespace

TEST_CASE("a good image is shown with all that it is") {
  TestImage image = good_image();
  image.config["config"]["ExposedPorts"] = {{"8080/tcp", OrderedJson::object()}};
  image.config["config"]["Cmd"] = {"--port", "80 80"};
  image.config["config"]["Labels"] = {{"version", "1"}};
  const test::BuiltImage built = test::build(image);
  const InspectReport report = inspect_image(source_of(image), {});
  CHECK(report.digest == built.descriptor.digest);
  CHECK(report.config_digest == built.config_descriptor.digest);
  REQUIRE(report.layers.size() == 1);
  CHECK(report.layers[0].digest == built.layers[0].descriptor.digest);
  CHECK(report.layers[0].command == "COPY rootfs /");
  REQUIRE(find_folder(report, "shared") != nullptr);
  CHECK(find_folder(report, "shared")->uid == 5001);

  const std::string text = text_of(report);
  for (const char* line :
       {"reference     oci:out:app\n", "name          registry.example/app:1.0\n", "platform      linux/amd64\n",
        "user          5001\n", "entrypoint    [\"/usr/bin/entrypoint\"]\n", "cmd           [\"--port\",\"80 80\"]\n",
        "ports         8080/tcp\n", "              HOME=/home/app\n", "labels        version=1\n",
        "  shared                directory  0755  5001:5001\n"}) {
    CHECK_THAT(text, Contains(line));
  }
  CHECK_THAT(text, Contains("digest        " + built.descriptor.digest.str()));
  CHECK_THAT(text, Contains(fmt::format("    0  {}", built.layers[0].descriptor.digest.short_hex())));
  CHECK(text.find("index") == std::string::npos);

  const OrderedJson document = document_of(report);
  CHECK(document["digest"] == built.descriptor.digest.str());
  CHECK(document["config"]["cmd"] == OrderedJson({"--port", "80 80"}));
  CHECK(document["layers"][0]["size"] == built.layers[0].blob.size());
  CHECK(document["shared_volumes"]["folders"][0]["mode"] == "0755");
  CHECK(document["index"].is_null());
  CHECK_FALSE(document.contains("error"));
}

TEST_CASE("secrets are hidden wherever they stand") {
  const std::string token = "ghp_" + std::string(36, 'a');
  TestImage image = good_image();
  image.config["config"]["Env"] = {"API_TOKEN=s3cret-one", "URL=https://u:s3cret-two@host/",
                                   "EMPTY_PASSWORD=", "NOVALUE"};
  image.config["config"]["Env"].push_back("GITHUB=" + token);
  image.config["config"]["Cmd"] = {"--password=s3cret-three", token, "--api-token", "s3cret-seven"};
  image.config["config"]["Labels"] = {{"deploy.token", "s3cret-four"}, {"note", token}};
  image.config["config"]["Healthcheck"] = {{"Test", {"CMD", "curl", "--token=s3cret-five"}}};
  image.layers[0].created_by = "|1 NPM_TOKEN=s3cret-six /bin/sh -c make";
  const InspectReport report = inspect_image(source_of(image), {});
  for (const std::string& output : {text_of(report), document_of(report).dump()}) {
    INFO(output);
    CHECK(output.find("s3cret") == std::string::npos);
    CHECK(output.find(token) == std::string::npos);
    CHECK_THAT(output, Contains("|1 NPM_TOKEN=(hidden) /bin/sh -c make"));
    CHECK_THAT(output, Contains("EMPTY_PASSWORD"));
  }
  CHECK_THAT(text_of(report), Contains("API_TOKEN=(hidden)\n"));
  CHECK_THAT(text_of(report), Contains("note=(hidden)\n"));
  CHECK(document_of(report)["config"]["env"][0]["value"].is_null());
  CHECK(document_of(report)["config"]["env"][0]["masked"] == true);
  CHECK(document_of(report)["config"]["env"][2]["value"] == "");
  CHECK(document_of(report)["config"]["env"][3]["value"].is_null());
  CHECK(document_of(report)["config"]["env"][3]["masked"] == false);
  CHECK_THAT(text_of(report), Contains("NOVALUE (no \"=\")\n"));

  const MaskedConfig masked = mask_config(test::build(image).config);
  INFO(masked.text);
  CHECK(masked.text.find("s3cret") == std::string::npos);
  CHECK(masked.text.find(token) == std::string::npos);
  CHECK(masked.hidden == 10);
  CHECK(Json::parse(masked.text)["config"]["Env"][3] == "NOVALUE");
}

TEST_CASE("a config without secrets is shown byte for byte, and one that is no JSON not at all") {
  const std::string plain = "{ \"b\": 1,\n \"a\": [\"PATH=/bin\"], \"rootfs\": {\"diff_ids\": []} }\n";
  CHECK(mask_config(plain).text == plain);
  CHECK(mask_config(plain).hidden == 0);
  const std::string other = R"j({"z":{"Env":["MY_TOKEN=a b"]},"a":{"vendor.password":"x"}})j";
  const std::string masked = R"j({"z":{"Env":["MY_TOKEN=(hidden)"]},"a":{"vendor.password":"(hidden)"}})j";
  CHECK(mask_config(other).text == masked);
  CHECK_THROWS_AS(mask_config("{"), Error);
  CHECK_THROWS_AS(mask_config(std::string(1000, '[')), Error);
}

TEST_CASE("the digest of a manifest that was only made here is not shown") {
  const auto source = source_of(good_image());
  source->manifest.made_here = true;
  const InspectReport report = inspect_image(source, {});
  CHECK_FALSE(report.digest);
  CHECK(report.config_digest);
  CHECK(document_of(report)["digest"].is_null());
  CHECK(document_of(report)["media_type"].is_null());
}

TEST_CASE("assignments are masked with their quotes, other text stays") {
  struct Case {
    std::string text, masked;
  };
  const Case cases[] = {
      {"", ""},
      {"make all", "make all"},
      {"A=1 make B=2", "A=1 make B=2"},
      {"DB_PASSWORD=abc make", "DB_PASSWORD=(hidden) make"},
      {"x; DB_PASSWORD='a b c' make", "x; DB_PASSWORD=(hidden) make"},
      {"DB_PASSWORD=\"a b", "DB_PASSWORD=(hidden)"},
      {"--password=abc", "--password=(hidden)"},
      {"DB_PASSWORD= make", "DB_PASSWORD= make"},
      {"DB_PASSWORD=", "DB_PASSWORD="},
      {"=", "="},
      {"DB_PASSWORD=a=b API_TOKEN=c", "DB_PASSWORD=(hidden) API_TOKEN=(hidden)"},
      {"TOKEN_FILE=/run/secrets/token", "TOKEN_FILE=/run/secrets/token"},
      {"curl https://u:pw@host/", "(hidden: it holds a password in a URL)"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(lint::mask_secrets(c.text) == c.masked);
  }
}

TEST_CASE("no string of an image reaches a terminal as it is") {
  const std::string evil = "\x1b[2J\xe2\x80\xae\nuser          5001";
  TestImage image = good_image();
  image.config["os"] = "linux";
  image.config["created"] = evil;
  image.config["config"]["User"] = evil;
  image.config["config"]["Env"] = {evil + "=" + evil};
  image.config["config"]["Cmd"] = {evil};
  image.config["config"]["Labels"] = {{evil, evil}};
  image.config["config"]["WorkingDir"] = evil;
  image.config["config"]["ExposedPorts"] = {{evil, OrderedJson::object()}};
  image.config["config"]["StopSignal"] = evil;
  image.layers[0].created_by = evil;
  auto files = test::good_root_files();
  files.push_back({"opt/palantir/sidecars/shared-volumes/\x1b[2Jx/", "", '5', "", 0755});
  image.layers[0].tar = test::tar_of(files);
  auto source = source_of(image);
  source->source_info.name = evil;
  source->source_info.other_names = {evil};
  source->source_info.target = evil;
  const InspectReport report = inspect_image(source, {});
  const std::string text = text_of(report);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\xe2\x80\xae") == std::string::npos);
  CHECK(text.find("\nuser          5001") == std::string::npos);
  CHECK_THAT(text, Contains("user          \\x1b[2J"));
}

TEST_CASE("shared folders are shown as what they lead to") {
  const std::string volumes = "opt/palantir/sidecars/shared-volumes/";
  TestImage image = good_image();
  image.layers.push_back({test::tar_of({{volumes + "file", "x", '0', "", 0640, 7, 8},
                                        {volumes + "link", "", '2', "/home/app"},
                                        {volumes + "nowhere", "", '2', "gone"},
                                        {volumes + "loop", "", '2', "loop"},
                                        {volumes + "sticky/", "", '5', "", 01777}})});
  const InspectReport report = inspect_image(source_of(image), {});
  REQUIRE(report.shared);
  CHECK(report.shared->size() == 6);
  CHECK(find_folder(report, "file")->kind == "file");
  CHECK(find_folder(report, "file")->gid == 8);
  CHECK(find_folder(report, "link")->kind == "directory");
  CHECK(find_folder(report, "link")->uid == 5001);
  CHECK(find_folder(report, "link")->link == "/home/app");
  CHECK(find_folder(report, "nowhere")->kind == "missing");
  CHECK(find_folder(report, "loop")->kind == "link loop");
  const std::string text = text_of(report);
  CHECK_THAT(text, Contains("  link                  directory  0755  5001:5001  -> /home/app\n"));
  CHECK_THAT(text, Contains("  nowhere               missing      -> gone\n"));
  CHECK_THAT(text, Contains("  sticky                directory  1777  0:0\n"));
  document_of(report);
}

TEST_CASE("an image without shared folders says so, and one with too many is cut at 100") {
  TestImage image = good_image();
  image.layers = {{test::tar_of({{"etc/", "", '5'}})}};
  const InspectReport none = inspect_image(source_of(image), {});
  CHECK_THAT(text_of(none), Contains("shared        (no folder in /opt/palantir/sidecars/shared-volumes)\n"));
  CHECK(document_of(none)["shared_volumes"]["folders"].empty());
  std::vector<test::ArchiveMember> files;
  for (int i = 0; i < 100; ++i)
    files.push_back({fmt::format("opt/palantir/sidecars/shared-volumes/v{:03}/", i), "", '5', "", 0755});
  image.layers = {{test::tar_of(files)}};
  CHECK_FALSE(inspect_image(source_of(image), {}).shared_cut);
  files.push_back({"opt/palantir/sidecars/shared-volumes/v100/", "", '5', "", 0755});
  image.layers = {{test::tar_of(files)}};
  const InspectReport cut = inspect_image(source_of(image), {});
  CHECK(cut.shared->size() == 100);
  CHECK(document_of(cut)["shared_volumes"]["complete"] == false);
}

TEST_CASE("without files no layer is opened") {
  auto source = source_of(good_image());
  const InspectReport report = inspect_image(source, {false, {}});
  CHECK_FALSE(report.shared);
  for (const auto& [digest, count] : source->opened) CHECK((digest == *report.config_digest || count == 0));
  CHECK(text_of(report).find("shared-volumes") == std::string::npos);
  CHECK(document_of(report)["shared_volumes"].is_null());
}

TEST_CASE("a damaged layer takes only the folders from the report") {
  const TestImage image = good_image();
  const test::BuiltImage built = test::build(image);
  auto source = source_of(image);
  source->blobs[built.layers[0].descriptor.digest].resize(100);
  const InspectReport report = inspect_image(source, {});
  REQUIRE(report.error);
  CHECK(report.error->kind() == ErrorKind::corrupt);
  CHECK_THAT(text_of(report), Contains("user          5001\n"));
  CHECK_THAT(text_of(report), Contains("shared        (unknown: "));
  const OrderedJson document = document_of(report);
  CHECK(document["error"]["kind"] == "corrupt");
  CHECK(document["shared_volumes"].is_null());
  CHECK(document["config"]["user"] == "5001");
}

TEST_CASE("an index is shown with its entries, and the chosen one is marked") {
  TestImage other = good_image();
  other.config["architecture"] = "arm64";
  const test::BuiltImage amd64 = test::build(good_image()), arm64 = test::build(other);
  test::LayoutBuilder layout;
  const Descriptor inner =
      layout.index({layout.image(other), layout.image(good_image()), layout.attestation(amd64.descriptor)});
  layout.entry(inner, "app:1");
  LayoutOnDisk disk;
  const InspectReport report = inspect_image(disk.open(layout), {});
  const std::string text = text_of(report);
  CHECK_THAT(text, Contains("index         " + inner.digest.str()));
  CHECK_THAT(text, Contains("  * linux/amd64       " + amd64.descriptor.digest.str()));
  CHECK_THAT(text, Contains("    linux/arm64       " + arm64.descriptor.digest.str()));
  CHECK_THAT(text, Contains("    attestation "));
  const OrderedJson document = document_of(report);
  CHECK(document["index"]["entries"].size() == 3);
  CHECK(document["index"]["entries"][1]["chosen"] == true);
  CHECK(document["index"]["entries"][2]["attestation"] == true);
}

TEST_CASE("what has no image for linux/amd64 is shown as far as it goes") {
  TestImage other = good_image();
  other.config["architecture"] = "arm64";
  test::LayoutBuilder layout;
  const Descriptor inner = layout.index({layout.image(other)});
  layout.entry(inner, "app:1");
  LayoutOnDisk disk;
  const InspectReport report = inspect_image(disk.open(layout), {});
  CHECK_FALSE(report.config);
  CHECK_THAT(text_of(report), Contains("no image      the index has no linux/amd64"));
  CHECK_THAT(text_of(report), Contains("linux/arm64"));
  const OrderedJson document = document_of(report);
  CHECK(document["digest"].is_null());
  CHECK(document["config"].is_null());
  CHECK_THAT(document["reason"].get<std::string>(), Contains("no linux/amd64"));
}

TEST_CASE("an engine's own answers are enough") {
  auto files = std::make_unique<test::FakeFiles>();
  files->directory("/opt/palantir/sidecars/shared-volumes/shared", 0750, 5001, 7);
  EngineView view{parse_config(test::build(good_image()).config), Digest::sha256_of("c"), {1000}, std::move(files)};
  const InspectReport report = inspect_image(std::make_shared<EngineSource>(std::move(view)), {});
  CHECK_FALSE(report.digest);
  CHECK(report.config_digest == Digest::sha256_of("c"));
  CHECK(report.layers.at(0).size == 1000);
  CHECK(report.layers.at(0).command == "COPY rootfs /");
  CHECK(find_folder(report, "shared")->mode == 0750);
  CHECK_THAT(text_of(report), Contains("digest        (none here: a push makes the manifest)\n"));
  CHECK(document_of(report)["layers"][0]["digest"].is_null());
}

}  // namespace sidecarctl
