// SPDX-License-Identifier: Apache-2.0
#include "lint/engine.hpp"

#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/lint_source.hpp"
#include "util/json.hpp"

#include <algorithm>

namespace sidecarctl::test {

using lint::LintOptions;
using lint::RuleVerdict;
using lint::TargetReport;

namespace {

LintOptions only(std::vector<std::string> ids) {
  LintOptions options;
  options.rules.only = std::move(ids);
  return options;
}

TargetReport lint(LintSource& source, const LintOptions& options = {}) {
  return lint_image(source, "the target", options);
}

std::string found_rules(const TargetReport& report) {
  std::string ids;
  for (const auto& finding : report.findings) ids += std::string(finding.rule->id) + " ";
  return ids;
}

const RuleVerdict& verdict_of(const TargetReport& report, std::string_view id) {
  for (const RuleVerdict& verdict : report.verdicts) {
    if (verdict.rule->id == id) return verdict;
  }
  throw std::logic_error("no verdict of " + std::string(id));
}

/// The blobs of an image in a place without a view.
void put(LintSource& source, const BuiltImage& image) {
  source.root = image.manifest;
  source.blobs[image.config_descriptor.digest.str()] = image.config;
  for (const BuiltLayer& layer : image.layers) source.blobs[layer.descriptor.digest.str()] = layer.blob;
}

}  // namespace

TEST_CASE("the right image has no error and no warning, and every rule says something") {
  LintSource source;
  const TargetReport report = lint(source);
  REQUIRE_FALSE(report.error);
  INFO(found_rules(report));
  CHECK(report.count(lint::Severity::error) == 0);
  CHECK(report.count(lint::Severity::warning) == 0);
  CHECK(report.unknown_count() == 0);
  CHECK(report.verdicts.size() == lint::all_rules().size());
  CHECK(report.target == "the target");
  CHECK(report.source == "oci");
  CHECK_FALSE(report.digest);  // A view has no manifest.
  CHECK(report.platform == linux_amd64());
  CHECK(report.profile.name == lint::ProfileName::flags);
  CHECK(report.stats.layers == 1);
}

TEST_CASE("rules on the config ask for no file") {
  LintSource source;
  source.image.config.exposed_ports = {"80/tcp"};
  const TargetReport report = lint(source, only({"SDC401"}));
  CHECK(found_rules(report) == "SDC401 ");
  CHECK(source.file_questions == 0);
  CHECK(report.profile.name == lint::ProfileName::server);
  CHECK(report.verdicts.size() == 1);
}

TEST_CASE("a profile that was asked for is not looked for in the files") {
  LintSource source;
  LintOptions options = only({"SDC401"});
  options.profile = lint::ProfileName::byoc;
  const TargetReport report = lint(source, options);
  CHECK(report.profile.name == lint::ProfileName::byoc);
  CHECK(source.file_questions == 0);
}

TEST_CASE("configured volumes are the ones that are asked for") {
  LintSource source;
  LintOptions options = only({"SDC601"});
  options.settings.configured_volumes = {"shared", "other"};
  const TargetReport report = lint(source, options);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].finding.message, Catch::Contains("/opt/palantir/sidecars/shared-volumes/other"));
}

TEST_CASE("what is no image is a finding of the rules about the name, and of no other") {
  struct Row {
    const char* what;
    RawManifest root;
    const char* rule;
  };
  LintSource source;
  const Descriptor chart = source.add_blob("{}", "application/vnd.cncf.helm.config.v1+json");
  const std::string arm_index = dump_json(Json{{"schemaVersion", 2},
                                               {"manifests",
                                                {{{"mediaType", media_type::oci_manifest},
                                                  {"digest", chart.digest.str()},
                                                  {"size", 2},
                                                  {"platform", {{"os", "linux"}, {"architecture", "arm64"}}}}}}});
  const Row rows[] = {
      {"a chart", image_manifest(chart, {}), "SDC001"},
      {"schema 1",
       {std::string(media_type::docker_schema1_signed), R"({"schemaVersion": 1, "name": "app"})"},
       "SDC002"},
      {"an index for another machine", {std::string(media_type::oci_index), arm_index}, "SDC203"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    source.root = row.root;
    const TargetReport report = lint(source);
    REQUIRE_FALSE(report.error);
    CHECK(found_rules(report) == std::string(row.rule) + " ");
    CHECK(verdict_of(report, row.rule).kind == RuleVerdict::Kind::finding);
    for (const char* id : {"SDC101", "SDC201", "SDC601", "SDC003"}) {
      INFO(id);
      CHECK(verdict_of(report, id).kind == RuleVerdict::Kind::not_applicable);
      CHECK_FALSE(verdict_of(report, id).reason.value_or("").empty());
    }
    CHECK(lint::lint_exit_code({report}, lint::Severity::error) == 1);
    CHECK_FALSE(report.digest);
    CHECK_FALSE(report.platform);
  }
}

TEST_CASE("an image without linux/amd64 keeps the profile that was asked for") {
  LintSource source;
  source.root = image_manifest(source.add_blob("{}", "application/x"), {});
  LintOptions options;
  options.profile = lint::ProfileName::byoc;
  CHECK(lint(source, options).profile.name == lint::ProfileName::byoc);
}

TEST_CASE("a place that cannot be read is an error of the target") {
  LintSource source;
  source.failure = Error(ErrorKind::network, "no answer");
  const TargetReport report = lint(source);
  REQUIRE(report.error);
  CHECK(report.error->message() == "no answer");
  CHECK(report.findings.empty());
  CHECK(report.verdicts.empty());
  CHECK(report.source == "oci");
}

TEST_CASE("an interruption ends the run") {
  LintSource source;
  source.failure = Error(ErrorKind::interrupted, "stopped");
  CHECK_THROWS_AS(lint(source), Error);
}

TEST_CASE("a config that is not what its digest promises makes the image unreadable") {
  LintSource source;
  const BuiltImage image = build(good_image());
  put(source, image);
  source.blobs[image.config_descriptor.digest.str()][10] ^= 1;
  const TargetReport report = lint(source, only({"SDC101"}));
  REQUIRE(report.error);
  CHECK(report.error->kind() == ErrorKind::corrupt);
  CHECK(lint::lint_exit_code({report}, {}) == 3);
}

TEST_CASE("layers of which nothing can be told make the image unreadable") {
  LintSource source;
  source.image.files.broken("layer 0 ends early");
  const TargetReport report = lint(source);
  REQUIRE(report.error);
  CHECK(report.error->message() == "layer 0 ends early");
  CHECK(report.findings.empty());
}

TEST_CASE("rules on the config judge an image whose layers are damaged") {
  LintSource source;
  source.image.config.user = "";
  source.image.files.broken("layer 0 ends early");
  const TargetReport report = lint(source, only({"SDC401", "SDC201"}));
  CHECK_FALSE(report.error);
  CHECK(report.unknown_count() == 0);
}

TEST_CASE("a place that fails while files are read is exit 3, whatever the threshold") {
  LintSource source;
  const BuiltImage image = build(good_image());
  put(source, image);
  source.blobs.erase(image.layers[0].descriptor.digest.str());
  const TargetReport report = lint(source);
  REQUIRE(report.error);
  CHECK(report.error->kind() == ErrorKind::not_found);
  CHECK(report.digest == image.manifest.digest());
  CHECK(lint::lint_exit_code({report}, lint::Severity::error) == 3);
  CHECK(lint::lint_exit_code({report}, {}) == 3);
  const TargetReport info_only = lint(source, only({"SDC107"}));
  CHECK_FALSE(info_only.error);
  CHECK(info_only.unknown_count() == 1);
  CHECK(lint::lint_exit_code({info_only}, lint::Severity::error) == 0);
}

TEST_CASE("the right image is right in blobs, too, and the report names its digest") {
  LintSource source;
  const BuiltImage image = build(good_image());
  put(source, image);
  const TargetReport report = lint(source);
  REQUIRE_FALSE(report.error);
  INFO(found_rules(report));
  CHECK(report.count(lint::Severity::error) == 0);
  CHECK(report.count(lint::Severity::warning) == 0);
  CHECK(report.digest == image.manifest.digest());
  CHECK(report.stats.layers == 1);
  CHECK(report.stats.layers_read == 1);
  CHECK(report.stats.bytes_read > 0);
  CHECK(report.layer_commands == std::vector<std::string>{"COPY rootfs /"});
}

TEST_CASE("a damaged layer is SDC003 where the rest can be judged") {
  LintSource source;
  const BuiltImage image = build(good_image());
  put(source, image);
  // The layer's own bytes are whole; the manifest promises other ones.
  Json manifest = parse_json(image.manifest.bytes, "the manifest");
  const std::string promised = Digest::sha256_of("other").str();
  manifest["layers"][0]["digest"] = promised;
  source.blobs[promised] = image.layers[0].blob;
  source.root->bytes = dump_json(manifest);
  const TargetReport report = lint(source);
  REQUIRE_FALSE(report.error);
  CHECK(found_rules(report).starts_with("SDC003 "));
  CHECK(lint::lint_exit_code({report}, lint::Severity::error) == 1);
}

TEST_CASE("rules about layers look at them even when nobody else does") {
  LintSource source;
  const BuiltImage image = build(good_image());
  put(source, image);
  const TargetReport good = lint(source, only({"SDC003"}));
  CHECK(good.findings.empty());
  CHECK(good.stats.layers_read == 1);
  source.blobs[image.layers[0].descriptor.digest.str()].resize(100);
  const TargetReport cut = lint(source, only({"SDC003"}));
  CHECK((cut.error || found_rules(cut).starts_with("SDC003 ")));
}

}  // namespace sidecarctl::test
