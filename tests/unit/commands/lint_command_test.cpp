// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/json_schema.hpp"
#include "support/program_run.hpp"
#include "support/temp_dir.hpp"
#include "util/file.hpp"

#include <functional>

namespace sidecarctl::test {

namespace {

/// A folder with the right image, a wrong one and things that are none.
struct Workshop {
  TempDir folder;
  ProgramRun program;
  std::string good, bad, dockerfile, missing;

  Workshop() {
    good = layout("good", [](TestImage&) {});
    bad = layout("bad", [](TestImage& image) {
      image.config["config"]["ExposedPorts"] = {{"80/tcp", OrderedJson::object()}};
    });
    missing = "oci:" + path("missing");
    dockerfile = path("Dockerfile");
    write_file_atomically(dockerfile, "FROM scratch\n");
    program.environment["HOME"] = path("home");
  }
  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  std::string layout(const std::string& name, const std::function<void(TestImage&)>& change) const {
    TestImage image = good_image();
    change(image);
    write_files(folder.path() / name, oci_layout({image}).files());
    return "oci:" + path(name);
  }
  std::string file(const std::string& name) const { return read_file(path(name), 1024 * 1024); }
};

Json schema() {
  return parse_json(read_file(std::string(SOURCE_DIR) + "/docs/schema/lint.v1.json", 1024 * 1024), "the schema");
}

}  // namespace

TEST_CASE("lint ends with the exit code of the contract") {
  Workshop shop;
  const std::pair<std::vector<std::string>, int> rows[] = {
      {{"lint", shop.good}, 0},
      {{"lint", shop.bad}, 1},
      {{"lint", shop.bad, "--fail-on", "never"}, 0},
      {{"lint", shop.bad, "--only", "sdc101"}, 0},
      {{"lint", shop.bad, "--only", "port-out-of-range"}, 1},
      {{"lint", shop.bad, "--ignore", "SDC401=only inside"}, 0},
      {{"lint", shop.good, shop.bad}, 1},
      {{"lint", shop.missing}, 3},
      {{"lint", shop.bad, shop.missing, shop.good}, 3},
      {{"lint", shop.missing, "--fail-on", "never"}, 3},
      {{"lint"}, 2},
      {{"lint", shop.dockerfile}, 2},
      {{"lint", shop.folder.path().string()}, 2},
      {{"lint", shop.bad, "--ignore", "SDC401"}, 2},
      {{"lint", shop.bad, "--severity", "SDC401=info"}, 2},
      {{"lint", shop.good, "--only", "SDC000"}, 2},
      {{"lint", shop.good, "--profile", "flag"}, 2},
      {{"lint", shop.good, "--volume", "a/b"}, 2},
      {{"lint", shop.good, "--fail-on", "fatal"}, 2},
      {{"lint", shop.good, "--format", "sarif"}, 2},
      {{"lint", shop.good, "--output", "json"}, 2},
      {{"lint", shop.good, "--output", "xml=x"}, 2},
      {{"lint", shop.good, "--output", "json=x", "--output", "text=x"}, 2},
      {{"lint", "-", "-"}, 2},
      {{"lint", "-", "--username", "u", "--password-stdin"}, 2},
      {{"lint", shop.good, "--output", "json=/nonexistent/report.json"}, 3},
  };
  for (const auto& [arguments, code] : rows) {
    INFO(dump_json(Json(arguments)));
    shop.program.run(arguments);
    INFO(shop.program.out << shop.program.err);
    CHECK(shop.program.code == code);
  }
}

TEST_CASE("a Dockerfile is refused with what to do instead") {
  Workshop shop;
  shop.program.run({"lint", shop.dockerfile});
  CHECK(shop.program.out.empty());
  CHECK_THAT(shop.program.err,
             Catch::Contains("is a Dockerfile: this version of sidecarctl lints images, not Dockerfiles"));
  CHECK_THAT(shop.program.err, Catch::Contains("hint: build the image"));
  shop.program.run({"lint", shop.folder.path().string()});
  CHECK_THAT(shop.program.err, Catch::Contains("is a folder with a Dockerfile"));
}

TEST_CASE("results are on stdout, failures on stderr") {
  Workshop shop;
  shop.program.run({"lint", shop.bad});
  CHECK_THAT(shop.program.out, Catch::Contains("error SDC401 port-out-of-range: "));
  CHECK(shop.program.err.empty());
  shop.program.run({"lint", shop.missing});
  CHECK(shop.program.out.empty());
  CHECK_THAT(shop.program.err, Catch::StartsWith("sidecarctl: error: "));
  shop.program.run({"lint", shop.missing, shop.bad});
  CHECK_THAT(shop.program.out, Catch::Contains("not linted:"));
  CHECK_THAT(shop.program.out, Catch::Contains("2 targets: 1 with errors, 1 not linted"));
  CHECK_THAT(shop.program.err, Catch::StartsWith("sidecarctl: error: "));
}

TEST_CASE("every run with --format json prints one document of the schema") {
  Workshop shop;
  const std::vector<std::string> runs[] = {
      {"lint", "--format", "json", shop.good},
      {"lint", "--format", "json", shop.bad, shop.missing, shop.dockerfile},
      {"lint", "--format", "json", shop.missing},
      {"lint", "--format", "json"},
      {"lint", "--format", "json", shop.good, "--only", "SDC000"},
      {"lint", "--format", "json", shop.good, "--no-such-option"},
      {"lint", "--format=json", shop.bad, "--ignore", "SDC401=why not"},
  };
  for (const auto& arguments : runs) {
    INFO(dump_json(Json(arguments)));
    const Json document = shop.program.json(arguments);
    INFO(shop.program.out);
    CHECK(schema_problem(schema(), document) == "");
  }
  CHECK(shop.program.json(runs[1])["targets"].size() == 3);
  CHECK(shop.program.json(runs[1])["targets"][2]["error"]["kind"] == "usage");
  CHECK(shop.program.json(runs[6])["targets"][0]["findings"][0]["suppressed"]["reason"] == "why not");
}

TEST_CASE("a report file that cannot be written takes nothing from stdout") {
  Workshop shop;
  const Json document =
      shop.program.json({"lint", shop.good, "--format", "json", "--output", "json=/nonexistent/report.json"});
  CHECK(shop.program.code == 3);
  CHECK(document["targets"][0]["summary"]["error"] == 0);
  CHECK_THAT(shop.program.err, Catch::StartsWith("sidecarctl: error: ") && Catch::Contains("/nonexistent/report.json"));
}

TEST_CASE("several images and none named is exit 2, and the document has the names") {
  Workshop shop;
  TestImage other = good_image();
  other.names = {"registry.example/other:2"};
  other.config["config"]["Labels"] = {{"other", "yes"}};
  write_files(shop.folder.path() / "two", oci_layout({good_image(), other}).files());
  const Json document = shop.program.json({"lint", "--format", "json", "oci:" + shop.path("two")});
  CHECK(shop.program.code == 2);
  const std::string text = dump_json(document.at("targets").at(0).at("error"));
  CHECK_THAT(text, Catch::Contains("registry.example/other:2"));
  CHECK(shop.program.run({"lint", "oci:" + shop.path("two") + ":@1"}) == 0);
  CHECK(shop.program.run({"lint", "oci:" + shop.path("two") + ":nothing"}) == 3);
}

TEST_CASE("--output writes reports beside the one on stdout, without colour") {
  Workshop shop;
  shop.program.color = true;
  shop.program.run(
      {"lint", shop.bad, "--output", "json=" + shop.path("r.json"), "--output=text=" + shop.path("r.txt")});
  CHECK(shop.program.code == 1);
  CHECK_THAT(shop.program.out, Catch::Contains("\x1b[1;31merror"));
  CHECK_THAT(shop.file("r.txt"), Catch::Contains("error SDC401 ") && !Catch::Contains("\x1b"));
  CHECK(schema_problem(schema(), parse_json(shop.file("r.json"), "the report")) == "");
}

TEST_CASE("options of lint come from sidecar.toml and the environment, too") {
  Workshop shop;
  write_file_atomically(shop.path("sidecar.toml"),
                        "[sidecar]\nprofile = \"server\"\n[lint]\nignore = [\"SDC401=as configured\"]\n");
  const Json document =
      shop.program.json({"lint", "--config", shop.path("sidecar.toml"), "--format", "json", shop.bad});
  CHECK(shop.program.code == 0);
  CHECK(document["targets"][0]["profile"]["name"] == "server");
  CHECK(document["targets"][0]["findings"][0]["suppressed"]["reason"] == "as configured");
  shop.program.environment["SIDECARCTL_LINT_FAIL_ON"] = "never";
  CHECK(shop.program.run({"lint", shop.bad}) == 0);
}

TEST_CASE("stdin cannot be two archives") {
  Workshop shop;
  shop.program.run({"lint", "-", "-"});
  CHECK_THAT(shop.program.err, Catch::Contains("stdin holds one archive, but '-' is given twice"));
}

TEST_CASE("a run that was interrupted ends with 130") {
  Workshop shop;
  shop.program.cancel.cancel(2);
  CHECK(shop.program.run({"lint", shop.good}) == 130);
}

TEST_CASE("learned layers are kept unless --no-cache") {
  Workshop shop;
  const auto bytes_read = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"lint", shop.good, "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return shop.program.json(arguments)["targets"][0]["stats"]["bytes_read"].get<std::uint64_t>();
  };
  const std::uint64_t all = bytes_read({"--no-cache"});
  CHECK_FALSE(std::filesystem::exists(shop.path("home/.cache/sidecarctl")));
  CHECK(bytes_read({}) == all);
  CHECK(std::filesystem::exists(shop.path("home/.cache/sidecarctl")));
  // A file that was written just now is read again: a further write might not show in its times.
  std::uint64_t read = all;
  for (int i = 0; i < 1000 && read >= all; ++i) read = bytes_read({});
  CHECK(read < all);
  CHECK(bytes_read({"--no-cache"}) == all);
}

}  // namespace sidecarctl::test
