// SPDX-License-Identifier: Apache-2.0
// An image that tries to speak to the terminal, through every rule and the text and JSON reports.
#include "lint/run_rules.hpp"
#include "report/formats.hpp"
#include "support/catch.hpp"
#include "support/subject_builder.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"

#include <sstream>
#include <string>
#include <vector>

namespace sidecarctl::test {

namespace {

// A finding's sentence, its layer's command and what stands around them.
constexpr std::size_t kLongestLine = 700;

/// The image with `text` wherever a builder can put a string.
void poison(SubjectBuilder& builder, const std::string& text) {
  ImageConfig& config = builder.config;
  config.user = text;
  config.env.insert(config.env.end(), {text, text + "=" + text, text + "=" + text, "LD_PRELOAD=/" + text,
                                       "PATH=" + text + ":/bin", "HOME=/" + text, "SHARED_DIR=" + text});
  config.entrypoint = {"/" + text, text};
  config.cmd = {text};
  config.working_dir = "/" + text;
  config.labels = {{text, text}, {"org.opencontainers.image.base.name", text}};
  config.exposed_ports = {text, "80/" + text, "4040/" + text};
  config.volumes = {"/" + text, std::string(lint::kSharedVolumes) + "/" + text};
  config.history = {HistoryEntry{text, text, false}, HistoryEntry{"USER " + text, "", true}};
  config.platform.variant = text;
  builder.source.name = text + ":" + text;
  builder.source.tag = text;
  builder.source.target = text;
  builder.source.other_names = {text + ":latest"};
  builder.source.same_name = {text};
  builder.manifest.layers[0].media_type = text + ".foreign.tar";
  builder.manifest.layers[0].urls = {text};
  builder.resolution.root.media_type = text;
  builder.resolution.manifest.bytes = dump_json(Json{{"mediaType", text + "x"}});
  builder.volumes = {"shared", text};
  builder.profile.reason = text;
  LayerFacts layer;
  layer.compression = Compression::zstd;
  layer.anomalies.push_back(TarAnomaly{TarAnomaly::Kind::duplicate, text, text});
  builder.files.layers = {layer};
  builder.files.link("/bin/sh", text).file(kSharedVolume + "/" + text, "", 0644);
}

lint::TargetReport report_of(SubjectBuilder& builder) {
  std::vector<const lint::Rule*> rules(lint::all_rules().begin(), lint::all_rules().end());
  lint::RuleRun run = lint::run_rules(builder.build(), rules, {}, "");
  lint::TargetReport report;
  report.target = builder.source.target;
  report.profile = builder.profile;
  report.findings = std::move(run.findings);
  report.verdicts = std::move(run.verdicts);
  return report;
}

void check_lines(const std::string& text) {
  for (const std::string& line : split(text, '\n')) {
    INFO(escape_text(line));
    CHECK(escape_text(line) == line);
    CHECK(line.size() <= kLongestLine);
  }
}

}  // namespace

TEST_CASE("nothing that an image says reaches the terminal as it is, or fills it") {
  using namespace std::string_literals;
  const std::string text = GENERATE("a\x1b]0;x\x07\x1b[2J\r\x9b", "\u202eevil\u2066\u200b\ufeff", "\xff\xfe\x80 bytes",
                                    std::string("nul\0byte", 8), "two\nlines\tand\vmore", std::string(100'000, 'x'),
                                    std::string(50'000, '\x1b'), std::string(9'000, ':'), std::string(9'000, '/'));
  SubjectBuilder builder;
  poison(builder, text);
  const bool as_shell = GENERATE(false, true);
  if (as_shell) builder.config.entrypoint = {"/bin/bash", "-c", text + "; exec " + text};
  const lint::TargetReport report = report_of(builder);
  CHECK(report.findings.size() > 10);
  for (const lint::ReportedFinding& reported : report.findings) {
    INFO(reported.rule->id);
    CHECK(escape_text(reported.finding.message) == reported.finding.message);
    CHECK(escape_text(reported.finding.fix) == reported.finding.fix);
  }
  for (const bool verbose : {false, true}) {
    std::ostringstream out;
    ReportStyle style;
    style.verbose = verbose;
    write_lint_text(out, {report}, style);
    check_lines(out.str());
  }
  std::ostringstream json;
  write_lint_json(json, {report}, {});
  CHECK_NOTHROW(parse_json(json.str(), "the report"));
}

}  // namespace sidecarctl::test
