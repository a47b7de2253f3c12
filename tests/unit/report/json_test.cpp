// SPDX-License-Identifier: Apache-2.0
#include "util/json.hpp"

#include "report/reporter.hpp"
#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/lint_reports.hpp"
#include "util/file.hpp"

#include <algorithm>
#include <sstream>

namespace sidecarctl::test {

namespace {

std::string text_of(const std::vector<lint::TargetReport>& reports) {
  std::ostringstream out;
  find_lint_writer("json")(out, reports, {});
  return out.str();
}

Json document_of(const std::vector<lint::TargetReport>& reports) {
  return parse_json(text_of(reports), "the report");
}

Json schema() {
  return parse_json(read_file(std::string(SOURCE_DIR) + "/docs/schema/lint.v1.json", 1024 * 1024), "the schema");
}

}  // namespace

TEST_CASE("the JSON report has every field of the contract") {
  const Json target = document_of({full_report()})["targets"][0];
  CHECK(target["target"] == "oci:out:app");
  CHECK(target["source"] == "oci");
  CHECK(target["digest"] == Digest::sha256_of("manifest").str());
  CHECK(target["platform"] == "linux/amd64");
  CHECK(target["profile"] ==
        Json{{"name", "flags"}, {"reason", "the image has /opt/palantir/sidecars/shared-volumes/shared"}});
  CHECK(target["findings"][0] ==
        Json{{"rule", "SDC603"},
             {"name", "volume-not-writable"},
             {"severity", "error"},
             {"message", "user 5001 cannot write to /opt/palantir/sidecars/shared-volumes/shared (root:root, 0755)"},
             {"value", "0:0 0755"},
             {"where", {{"layer", 3}, {"path", "/opt/palantir/sidecars/shared-volumes/shared"}}},
             {"fix", "RUN chown 5001 /opt/palantir/sidecars/shared-volumes/shared"},
             {"suppressed", nullptr}});
  CHECK(target["findings"][1]["where"] == Json{{"config", "/config/Labels/x"}});
  CHECK(target["findings"][2]["where"] == nullptr);
  CHECK(target["findings"][2]["value"] == nullptr);
  CHECK(target["findings"][3]["suppressed"] == Json{{"reason", "only used in tests"}, {"until", nullptr}});
  CHECK(target["verdicts"][1] == Json{{"rule", "SDC101"}, {"verdict", "pass"}, {"reason", nullptr}});
  CHECK(target["verdicts"][2]["verdict"] == "unknown");
  CHECK(target["verdicts"][6] ==
        Json{{"rule", "SDC709"}, {"verdict", "not-applicable"}, {"reason", "there is no shell"}});
  CHECK(target["summary"] == Json{{"error", 1}, {"warning", 1}, {"info", 1}, {"unknown", 2}});
  CHECK(target["stats"] == Json{{"layers", 5}, {"layers_read", 2}, {"bytes_read", 1024}, {"milliseconds", 12}});
}

TEST_CASE("a failed target has an error in the place of findings") {
  const Json document = document_of({failed_report(), full_report()});
  const Json target = document["targets"][0];
  CHECK(target["error"] == Json{{"kind", "not_found"},
                                {"message", "there is no folder 'missing'"},
                                {"context", {"while opening oci:missing"}},
                                {"hint", "give the path of an OCI layout"}});
  CHECK_FALSE(target.contains("findings"));
  CHECK(target["source"] == nullptr);
  CHECK(document["targets"][1].contains("findings"));
}

TEST_CASE("reports are what the schema describes") {
  lint::TargetReport lines = full_report();
  lines.findings[0].finding.where = lint::SourceLine{"Dockerfile", 3, 1};
  lines.findings[1].finding.where = lint::LayerFile{std::nullopt, "/x"};
  lines.findings[0].suppressed = lint::Suppression{"r", "2027-01-01"};
  lines.digest.reset();
  lines.platform.reset();
  const std::vector<std::vector<lint::TargetReport>> all = {
      {}, {full_report()}, {failed_report(), lines}, {lint::TargetReport{}}};
  for (const auto& reports : all) {
    const Json document = document_of(reports);
    INFO(document.dump(1));
    CHECK(schema_problem(schema(), document) == "");
  }
  const Json failure = {
      {"schema", "sidecarctl.lint/v1"},
      {"error", {{"kind", "usage"}, {"message", "m"}, {"context", Json::array()}, {"hint", nullptr}}}};
  CHECK(schema_problem(schema(), failure) == "");
}

TEST_CASE("the schema refuses what the report never holds") {
  const Json good = document_of({full_report(), failed_report()});
  const std::pair<const char*, Json> changes[] = {
      {"/schema", "sidecarctl.lint/v2"},
      {"/targets/0/findings/0/severity", "fatal"},
      {"/targets/0/findings/0/where", {{"layer", "3"}, {"path", "/"}}},
      {"/targets/0/findings/0/where", {{"file", "x"}}},
      {"/targets/0/verdicts/0/verdict", "maybe"},
      {"/targets/0/summary/error", -1},
      {"/targets/0/profile", nullptr},
      {"/targets/1/error/kind", "odd"},
      {"/targets/0/surprise", 1},
  };
  for (const auto& [pointer, value] : changes) {
    INFO(pointer);
    Json document = good;
    document[Json::json_pointer(pointer)] = value;
    CHECK(schema_problem(schema(), document) != "");
  }
}

TEST_CASE("the JSON report is ASCII, whatever an image holds") {
  lint::TargetReport report = full_report();
  report.findings[0].finding.message = "\xe2\x80\xae\x1b\xff\xc2\x9b";
  const std::string text = text_of({report});
  CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); }));
  CHECK(parse_json(text, "the report")["targets"][0]["findings"][0]["message"] ==
        "\xe2\x80\xae\x1b\xef\xbf\xbd\xc2\x9b");
}

}  // namespace sidecarctl::test
