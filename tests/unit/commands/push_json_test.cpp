// SPDX-License-Identifier: Apache-2.0
#include "commands/push_json.hpp"

#include "lint/engine.hpp"
#include "support/catch.hpp"
#include "util/file.hpp"

#include <string>
#include <vector>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

namespace {

const Digest kDigest = Digest::sha256_of("manifest");

PushReport sample_report() {
  const PushedLayer layer{Digest::sha256_of("layer"), 100, "uploaded", 100, 1, 7};
  const PushedLayer config{Digest::sha256_of("config"), 10, "existed", 0, 0, 0};
  return {kDigest, std::string(media_type::oci_manifest), 500, {"1.0", "1"}, {}, config, {layer}, false, 12};
}

PushCircumstances sample_circumstances() {
  SourceInfo source;
  source.target = "oci:out";
  return {Reference::parse("registry.example/app:1.0"), source, "~/.docker/config.json", {"careful"}};
}

/// Every member that the schema asks of a document of a push that ran.
std::vector<std::string> required_members() {
  const Json schema = parse_json(read_file(SOURCE_DIR "/docs/schema/push.v1.json", 1 << 20), "the schema");
  return schema.at("anyOf").at(0).at("required").get<std::vector<std::string>>();
}

}  // namespace

TEST_CASE("the document of a push has all that its schema asks for") {
  const OrderedJson document = push_document(sample_report(), sample_circumstances());
  for (const std::string& member : required_members()) {
    INFO(member);
    CHECK(document.contains(member));
  }
  CHECK(document["schema"] == "sidecarctl.push/v1");
  CHECK(document["reference"] == "registry.example/app:1.0");
  CHECK(document["digest"] == kDigest.str());
  CHECK(document["tags"] == std::vector<std::string>{"1.0", "1"});
  CHECK(document["platform"] == "linux/amd64");
  CHECK(document["auth"]["from"] == "~/.docker/config.json");
  CHECK(document["layers"][0]["action"] == "uploaded");
  CHECK(document["layers"][0]["retries"] == 1);
  CHECK(document["warnings"][0] == "careful");
  CHECK_FALSE(document.contains("error"));
}

TEST_CASE("without credentials auth.from is null, without a tag the reference has the digest") {
  PushReport report = sample_report();
  report.tags.clear();
  PushCircumstances circumstances = sample_circumstances();
  circumstances.auth_source = "anonymous";
  const OrderedJson document = push_document(report, circumstances);
  CHECK(document["auth"]["from"].is_null());
  CHECK(document["reference"] == "registry.example/app@" + kDigest.str());
}

TEST_CASE("a tag that was refused is told beside those that stand, and is an error") {
  PushReport report = sample_report();
  report.failed_tags.push_back({"locked", Error(ErrorKind::registry, "the tag is immutable", "choose another")});
  const OrderedJson document = push_document(report, sample_circumstances());
  CHECK(document["failed_tags"][0]["tag"] == "locked");
  CHECK(document["failed_tags"][0]["error"]["message"] == "the tag is immutable");
  CHECK(document["error"]["kind"] == "registry");
  CHECK(document["error"]["message"] == "1 tag could not be set");
  CHECK(document["error"]["context"][0] == "locked: the tag is immutable");
  CHECK(document["error"]["hint"] == "choose another");
}

TEST_CASE("the document of a refusal has the findings and says that it was a policy") {
  static const lint::Rule rule{
      "SDC101", "no-user", lint::Severity::error, lint::Needs::config, lint::Origin::requirement, "", nullptr};
  lint::TargetReport report;
  report.target = "oci:out";
  lint::ReportedFinding found{&rule,
                              lint::Severity::error,
                              {"the user is root", lint::ConfigField{"/config/User"}, "USER 5001", "root", {}},
                              {},
                              ""};
  report.findings.push_back(found);
  found.suppressed = lint::Suppression{"reviewed", {}};
  report.findings.push_back(found);
  const OrderedJson document = refusal_document(Error(ErrorKind::policy, "refused"), report);
  CHECK(document["error"]["kind"] == "policy");
  REQUIRE(document["findings"].size() == 1);
  CHECK(document["findings"][0]["rule"] == "SDC101");
  CHECK(document["findings"][0]["value"] == "root");
  CHECK(document["findings"][0]["where"]["config"] == "/config/User");
}
